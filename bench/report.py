"""The table: medians over the rounds, ratios round by round, and what was measured on what."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.measure import Bench
from bench.slices import Slice
from bench.stage import HERE
from sello.shared import clock

PAGE: Final = HERE.parent / "docs" / "performance.md"
EVIDENCE: Final = HERE.parent / "docs" / "evidence" / "bench.json"
BEGIN: Final = "<!-- make bench writes from here"
END: Final = "<!-- to here -->"

# (row, side, against, at least)
RATIOS: Final = (
    ("stamps", "sello", "pgbench", 0.55),
    ("stamps", "sello", "b2", 2.5),
    ("stamps", "sello", "b3", 1.3),
    ("look-up", "sello", "b2", 1.5),
)
# (row, measure, at most ms)
TIMES: Final = (("stamps", "p99", 40.0), ("enrolments", "p95", 50.0), ("dashboard", "p95", 10.0))
MOST_MB: Final = 150.0


def now() -> str:
    """This moment, as the evidence has it."""
    return datetime.fromtimestamp(clock.now().timestamp(), UTC).isoformat(timespec="seconds")


def findings(bench: Bench, *, made: float, seconds: float, command: str) -> dict[str, Any]:
    """Everything the run showed, as it is kept in the evidence."""
    rows = bench.results.rows
    return {
        "at": now(),
        "command": f"make bench BENCH_ARGS='{command}'" if command else "make bench",
        "machine": _machine(),
        "versions": _versions(bench),
        "data": {**asdict(bench.world), "open_shops": bench.world.open_shops, "made_in_seconds": round(made)},
        "size": asdict(bench.size),
        "seconds": round(seconds),
        "checked": {"stamps": bench.evidence.stamps, "enrolments": bench.evidence.enrolments},
        "wrong": bench.results.wrong[:100],
        "rows": {
            row: {side: [_plain(one) for one in slices] for side, slices in sides.items()}
            for row, sides in rows.items()
        },
        "ratios": list(_ratios(rows)),
        "memory_mb": {f"worker {n + 1}": seen for n, seen in enumerate(bench.results.memory.values())},
    }


def _plain(slice_: Slice) -> dict[str, float]:
    kept = ("rate", "p50", "p95", "p99", "done", "server_cpu", "postgres_cpu", "generator_share")
    return {name: round(getattr(slice_, name), 3) for name in kept}


def _ratios(rows: dict[str, dict[str, list[Slice]]]) -> Iterator[dict[str, Any]]:
    for row, side, against, goal in RATIOS:
        sides = rows.get(row, {})
        if side in sides and against in sides:
            each = [ours.rate / theirs.rate for ours, theirs in zip(sides[side], sides[against], strict=True)]
            yield {
                "row": row, "of": side, "to": against, "median": round(statistics.median(each), 2),
                "least": round(min(each), 2), "most": round(max(each), 2), "goal": goal,
            }  # fmt: skip


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{len(os.sched_getaffinity(0))} cores ({model}), {memory:.0f} GB, {platform.system()}; shared by all sides"


def _versions(bench: Bench) -> dict[str, str]:
    found = {"PostgreSQL": bench.stage.postgres.version, "Python": platform.python_version()}
    found |= {name: version(name) for name in ("uvicorn", "starlette", "msgspec", "psycopg", "uvloop")}
    if bench.node:
        found["Node"] = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()[1:]
        wanted = json.loads((HERE / "express" / "package.json").read_text())["dependencies"]
        found |= dict(wanted)
    return found


def as_text(found: dict[str, Any]) -> str:
    """The findings as Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    data, size = found["data"], found["size"]
    yield f"Measured on {found['at'][:10]} by `{found['command']}` in {found['seconds']} s."
    yield ""
    yield f"- Machine: {found['machine']}."
    yield "- Versions: " + ", ".join(f"{name} {said}" for name, said in found["versions"].items()) + "."
    yield (
        f"- Data: {data['customers']:,} customers of {data['shops']:,} shops with five visits each on average; "
        f"{data['open_shops']:,} shops stamp over HTTP. {size['rounds']} rounds, {size['seconds']:g} s a slice after "
        f"one second of warming up, {size['connections']} connections where nothing else is said."
    )
    wrong = len(found["wrong"])
    yield (
        f"- Checked: every answer, then the database: {found['checked']['stamps']:,} stamps acknowledged, "
        + ("none lost, none doubled, every law kept." if not wrong else f"**{wrong} things wrong, see the evidence.**")
    )
    yield ""
    if found["rows"]:
        yield (
            "| row | side | per second | spread | p50 ms | p95 ms | p99 ms "
            "| server CPU us | PostgreSQL CPU us | generator |"
        )
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for row, sides in found["rows"].items():
            for side, slices in sides.items():
                yield _row(row, side, slices)
        yield ""
    yield from _verdicts(found)


def _row(row: str, side: str, slices: list[dict[str, float]]) -> str:
    def middle(name: str) -> float:
        return statistics.median(one[name] for one in slices)

    rates = [one["rate"] for one in slices]
    server = f"{middle('server_cpu'):.0f}" if middle("server_cpu") else "-"
    return (
        f"| {row} | {side} | {middle('rate'):,.0f} | {min(rates):,.0f}-{max(rates):,.0f} | {middle('p50'):.1f} "
        f"| {middle('p95'):.1f} | {middle('p99'):.1f} | {server} | {middle('postgres_cpu'):.0f} "
        f"| {middle('generator_share'):.0%} |"
    )


def _verdicts(found: dict[str, Any]) -> Iterator[str]:
    yield "| goal | measured | spread of the rounds | reached |"
    yield "|---|---|---|---|"
    for one in found["ratios"]:
        reached = "yes" if one["median"] >= one["goal"] else "**no**"
        yield (
            f"| {one['row']}: {one['of']} / {one['to']} >= {one['goal']:g} | {one['median']:.2f} "
            f"| {one['least']:.2f}-{one['most']:.2f} | {reached} |"
        )
    for row, measure, most in TIMES:
        slices = found["rows"].get(row, {}).get("sello")
        if slices:
            times = [one[measure] for one in slices]
            reached = "yes" if statistics.median(times) <= most else "**no**"
            yield (
                f"| {row}: {measure} <= {most:g} ms | {statistics.median(times):.1f} ms "
                f"| {min(times):.1f}-{max(times):.1f} | {reached} |"
            )
    for name, seen in found["memory_mb"].items():
        (_, first), (after, last) = seen[0], seen[-1]
        reached = "yes" if last <= MOST_MB else "**no**"
        yield (
            f"| memory of {name} <= {MOST_MB:g} MB | {last:.0f} MB after {after:.0f} s "
            f"| from {first:.0f} MB | {reached} |"
        )


def write(found: dict[str, Any]) -> None:
    """Put the findings between the markers of the page and into the evidence; a memory run keeps to its own."""
    put("memory" if found["memory_mb"] else "rates", as_text(found), found)


def put(kind: str, text: str, found: dict[str, Any]) -> None:
    """Put a text between the markers of its kind, and what it comes from into the evidence."""
    kept = json.loads(EVIDENCE.read_text()) if EVIDENCE.exists() else {}
    EVIDENCE.write_text(json.dumps(kept | {kind: found}, indent=1) + "\n")
    page = PAGE.read_text()
    opening = f"{BEGIN}: {kind} -->\n"
    head, _, rest = page.partition(opening)
    _, _, tail = rest.partition(END)
    if not rest:
        raise SystemExit(f"bench: {PAGE} has no place for {kind}")
    PAGE.write_text(f"{head}{opening}{text}{END}{tail}")
