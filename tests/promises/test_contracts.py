"""Who may import whom: every contract of pyproject.toml is broken on purpose once, in a copy of the tree.

What import-linter cannot say follows, as rules over the parsed tree: which files a domain consists of,
that none of its packages escapes the contracts, and that the order api | jobs > actions > queries > rules
also holds between the noun packages of one domain.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.promises.source import ROOT, SRC, Module, imports, modules, parse

DOMAINS = "sello.domains"
KINDS = {"rules": 0, "queries": 1, "actions": 2, "api": 3, "jobs": 3}
FRONT_DOOR = KINDS["actions"]

# Per contract: module -> the import planted at its end. The refusal has to name every one of these modules.
PLANTED: dict[str, dict[str, str]] = {
    "floors": {
        "sello.shared.planted": "import sello.infrastructure.database",
        "sello.events": "import sello.domains.business",
        "sello.infrastructure.planted": "from sello.domains import loyalty",
        "sello.domains.customer.rules": "import sello.entry",
        "sello.planted": "",
    },
    "domains": {
        "sello.domains.business.planted": "import sello.domains.loyalty",
        "sello.domains.customer.planted": "import sello.domains.loyalty",
        "sello.domains.planted": "",
    },
    "inside": {
        "sello.domains.loyalty.stamps.rules": "from sello.domains.loyalty.stamps import queries",
        "sello.domains.loyalty.stamps.queries": "import sello.domains.loyalty.stamps.actions",
        "sello.domains.loyalty.stamps.actions": "import sello.domains.loyalty.stamps.api",
        "sello.domains.loyalty.stamps.api": "import sello.domains.loyalty.stamps.jobs",
        "sello.domains.customer.queries": "import sello.domains.customer.jobs",
    },
    "pure-rules": {
        "sello.domains.loyalty.stamps.rules": "import sello.infrastructure.database",
        "sello.domains.customer.rules": "import random",
        "sello.domains.business.staff.rules": "from sello.shared import clock",
    },
    "web-at-the-edge": {
        "sello.domains.loyalty.stamps.actions": "from starlette.requests import Request",
        "sello.domains.business.staff.jobs": "import fastapi",
        "sello.shared.planted": "from fastapi import HTTPException",
    },
    "network-in-jobs": {
        "sello.domains.business.accounts.api": "from sello.infrastructure.mail import client",
        "sello.domains.business.accounts.actions": "import sello.infrastructure.mail.client",
        "sello.domains.customer.rules": "from sello.domains.business.accounts import api",
    },
    "adapters": {"sello.infrastructure.mail.planted": "import sello.infrastructure.database"},
    "door-of-business": {
        "sello.domains.customer.actions": "from sello.domains.business.accounts import queries",
        "sello.entry.planted": "import sello.domains.business.staff.actions",
    },
    "door-of-customer": {
        "sello.domains.loyalty.enrollments.actions": "from sello.domains.customer.queries import _anything",
        "sello.entry.planted": "import sello.domains.customer.rules",
    },
    "door-of-loyalty": {
        "sello.entry.planted": "from sello.domains.loyalty.rewards import actions",
        "sello.entry.planted_too": "import sello.domains.loyalty.stamps",
    },
    "door-of-campaign": {
        "sello.domains.analytics.planted": "from sello.domains.campaign.persons import queries",
        "sello.entry.planted": "from sello.domains.campaign.persons import actions",
        "sello.entry.planted_too": "import sello.domains.campaign.persons",
    },
    "door-of-analytics": {
        "sello.entry.planted": "from sello.domains.analytics.counts import actions",
        "sello.entry.planted_too": "import sello.domains.analytics.dashboard",
    },
}

# Modules an import above leads to; the copy gets an empty one where the tree has none yet.
NEEDED = (
    "sello.infrastructure.mail.client",
    *(f"sello.domains.loyalty.{noun}.{kind}" for noun in ("stamps", "rewards") for kind in KINDS),
    *(f"sello.domains.business.{noun}.{kind}" for noun in ("accounts", "staff") for kind in KINDS),
    *(f"sello.domains.customer.{kind}" for kind in KINDS),
)


def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of pyproject.toml by id."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in pyproject["tool"]["importlinter"]["contracts"]}


def file_of(folder: Path, name: str) -> Path:
    """The file of a dotted module name below `folder`, made empty when there is none."""
    path = folder / Path(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    file.touch()
    return file


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of src/sello and pyproject.toml that may be spoiled."""
    source = tmp_path / "src"
    shutil.copytree(SRC / "sello", source / "sello", ignore=shutil.ignore_patterns("__pycache__", "web"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in NEEDED:
        file_of(source, name)
    return tmp_path


def lint(copy: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """`lint-imports` of one contract on the copy."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--contract", contract],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_proved() -> None:
    assert set(PLANTED) == set(contracts())


@pytest.mark.parametrize("contract", PLANTED)
def test_a_contract_refuses_what_is_planted(contract: str, copy: Path) -> None:
    before = lint(copy, contract)
    assert before.returncode == 0, before.stdout + before.stderr
    for name, line in PLANTED[contract].items():
        with file_of(copy / "src", name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    after = lint(copy, contract)
    assert after.returncode == 1, after.stdout + after.stderr
    assert "0 kept, 1 broken" in after.stdout
    assert [name for name in PLANTED[contract] if name not in after.stdout] == []


def in_domains() -> list[Module]:
    """Every module of the domains, `__init__` files under their package's name."""
    return [module for module in modules(SRC, base=SRC) if module.name.startswith(f"{DOMAINS}.")]


def test_every_domain_has_a_front_door_contract() -> None:
    domains = {module.name.split(".")[2] for module in in_domains()}
    listed = contracts()
    assert domains != set()
    for domain in domains:
        contract = listed[f"door-of-{domain}"]
        inside = f"{DOMAINS}.{domain}.**"
        assert contract["protected_modules"] == [inside]
        assert contract["allowed_importers"] == [f"{DOMAINS}.{domain}", inside]
        assert contract["ignore_imports"] == [f"sello.entry.** -> {DOMAINS}.**.{kind}" for kind in ("api", "jobs")]


def test_a_domain_consists_of_the_five_kinds_and_of_nouns() -> None:
    """A file of another name would stand outside the layers; a third level outside the containers."""
    strays = []
    for module in in_domains():
        depth = len(module.name.split(".")) - len(DOMAINS.split("."))
        is_package = module.path.endswith("/__init__.py")
        if is_package and (depth > 2 or module.name.rsplit(".", 1)[-1] in KINDS):
            strays.append(module.path)
        if not is_package and module.name.rsplit(".", 1)[-1] not in KINDS:
            strays.append(module.path)
    assert strays == []


def rank(name: str, packages: set[str]) -> int | None:
    """How high a module of a domain stands; a front door is as high as the actions it hands out."""
    return FRONT_DOOR if name in packages else KINDS.get(name.rsplit(".", 1)[-1])


def upward(module: Module, known: set[str], packages: set[str]) -> Iterator[str]:
    """Imports from a module to a higher one of its own domain, whichever noun they belong to."""
    own = rank(module.name, packages)
    domain = ".".join(module.name.split(".")[:3])
    if own is None:
        return
    for line, imported in imports(module, known):
        other = rank(imported, packages) if imported in known and f"{imported}.".startswith(f"{domain}.") else None
        if other is not None and other > own:
            yield f"{module.path}:{line}: {module.name} -> {imported}"


def test_the_order_holds_between_the_nouns_of_a_domain() -> None:
    everything = in_domains()
    known = {module.name for module in everything}
    packages = {module.name for module in everything if module.path.endswith("/__init__.py")}
    assert [found for module in everything for found in upward(module, known, packages)] == []


@pytest.mark.parametrize(
    ("importer", "line", "refused"),
    [
        ("stamps.rules", "from sello.domains.loyalty.rewards import queries", True),
        ("stamps.rules", "from sello.domains.loyalty import rewards", True),
        ("stamps.queries", "from sello.domains.loyalty.rewards.actions import give", True),
        ("stamps.queries", "from sello.domains.loyalty.rewards.queries import reward_of", False),
        ("stamps.actions", "from sello.domains.loyalty.rewards import give", False),
        ("stamps.rules", "from sello.domains.loyalty.rewards.rules import Step", False),
        ("stamps.rules", "from sello.domains.business import StampRules", False),
        ("rewards", "from sello.domains.loyalty.rewards.actions import give", False),
        ("rewards", "from sello.domains.loyalty.rewards.jobs import remind", True),
    ],
)
def test_the_order_between_nouns_refuses_what_is_planted(importer: str, line: str, refused: bool) -> None:
    packages = {"sello.domains.loyalty", "sello.domains.loyalty.rewards", "sello.domains.business"}
    known = packages | {f"sello.domains.loyalty.rewards.{kind}" for kind in KINDS}
    module = parse("planted.py", line, name=f"sello.domains.loyalty.{importer}")
    assert (list(upward(module, known, packages)) != []) is refused
