"""`make bench`: measures, prints, and writes `docs/performance.md` and `docs/evidence/bench.json`.

python -m bench [--quick] [--memory SECONDS | --all | --campaigns | --wallets] [--rows ROW,..] [--rounds N]
  [--seconds S] [--no-write]
"""

import argparse
import shutil
import subprocess
import sys
import time
from dataclasses import asdict

from bench import report, wallets
from bench.campaigns import Amount, Campaigns, as_text, plain
from bench.measure import ROWS, Bench, Results, Size
from bench.stage import CACHE, HERE, Kept, Stage
from bench.world import World

FULL = World(customers=600_000, shops=2_000)
SMALL = World(customers=60_000, shops=400)
MEMORY_SECONDS = 600.0


def main() -> int:
    """0 when every answer and the database are right, whatever the numbers say."""
    asked = _arguments()
    if asked.wallets:
        return _wallets(asked)
    world = SMALL if asked.quick else FULL
    size = Size(
        rounds=asked.rounds or (2 if asked.quick else 5), seconds=asked.seconds or (2.0 if asked.quick else 4.0)
    )
    node = _prepare_node()
    began = time.monotonic()
    with Kept(CACHE / str(world.customers)) as kept:
        print(f"data set: {world.customers:,} customers of {world.shops:,} shops", flush=True)
        made = kept.fresh_copy(world)
        print(f"  made in {made:.0f} s" if made else "  kept from an earlier run", flush=True)
        if asked.campaigns:
            return _campaigns(kept.stage, world, asked)
        bench = Bench(kept.stage, world, size, node=node)
        parts: list[Results] = []
        with bench.running():
            if not asked.memory:
                parts.append(_rates(bench, asked.rows))
            if asked.memory or asked.all:
                parts.append(_memory(bench, asked.memory or (30.0 if asked.quick else MEMORY_SECONDS)))
        print("looking at what is in the database now", flush=True)
        broken = bench.evidence.broken()
        wrong = [*broken]
        for bench.results in parts:
            wrong += bench.results.wrong
            bench.results.wrong += broken
            found = report.findings(bench, made=made, seconds=time.monotonic() - began, command=" ".join(sys.argv[1:]))
            print(report.as_text(found))
            if not asked.no_write and not asked.quick and asked.rows == ROWS:
                report.write(found)
    for why in wrong[:20]:
        print(f"WRONG: {why}", file=sys.stderr)
    return 1 if wrong else 0


def _rates(bench: Bench, rows: list[str]) -> Results:
    bench.results = Results()
    for name, measure in bench.rows.items():
        if name in rows:
            measure()
    return bench.results


def _campaigns(stage: Stage, world: World, asked: argparse.Namespace) -> int:
    amount = Amount(10_000, 1, 8.0, 400) if asked.quick else Amount()
    found = Campaigns(stage, world, amount).run()
    at = report.now()
    text = "\n".join(as_text(found, at)) + "\n"
    print(text)
    if not asked.no_write and not asked.quick:
        report.put("campaigns", text, {"at": at, "amount": asdict(amount)} | plain(found))
    for why in found.wrong[:20]:
        print(f"WRONG: {why}", file=sys.stderr)
    return 1 if found.wrong else 0


def _memory(bench: Bench, seconds: float) -> Results:
    bench.results = Results()
    bench.memory(seconds)
    return bench.results


def _wallets(asked: argparse.Namespace) -> int:
    at, found = report.now(), wallets.measure()
    text = "\n".join(wallets.as_text(found, at)) + "\n"
    print(text)
    if not asked.no_write:
        report.put("wallets", text, {"at": at} | asdict(found))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure sello against pgbench and a Node server")
    parser.add_argument("--quick", action="store_true", help="a smoke run on a tenth of the data; nothing is written")
    parser.add_argument(
        "--memory", type=float, metavar="SECONDS", help="only load the API for so long and watch its memory"
    )
    parser.add_argument("--campaigns", action="store_true", help="only planning and sending of campaigns")
    parser.add_argument("--wallets", action="store_true", help="only passes and pushes")
    parser.add_argument("--all", action="store_true", help="the rates, then ten minutes of memory, in one run")
    parser.add_argument(
        "--rows", type=lambda text: text.split(","), default=ROWS, metavar="ROW,...",
        help=f"only these of {', '.join(ROWS)}; nothing is written",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, help="how many slices each side gets")
    parser.add_argument("--seconds", type=float, help="how long a slice is measured")
    parser.add_argument("--no-write", action="store_true", help="print only")
    return parser.parse_args()


def _prepare_node() -> bool:
    """Whether the Node servers can run; installs their locked packages once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("bench: there is no Node here, so the rows b2 and b3 are left out", file=sys.stderr)
        return False
    folder = HERE / "express"
    stamp = folder / "node_modules" / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (folder / "package-lock.json").stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        stamp.touch()
    return True


if __name__ == "__main__":
    raise SystemExit(main())
