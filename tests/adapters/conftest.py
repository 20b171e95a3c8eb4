"""What needs a program that may not be installed says so in the header of the run and is left out."""

import shutil
from pathlib import Path

collect_ignore: list[str] = []

if not (shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists()):
    collect_ignore.append("test_pgbouncer.py")


def pytest_report_header() -> list[str]:
    """One line for each test file left out."""
    return [f"not installed here, so not tested: {name}" for name in collect_ignore]
