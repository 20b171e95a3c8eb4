"""One slice: a few seconds of one kind of work against one side, measured after its first second."""

import re
import resource
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Job, drive
from bench.requests import Batch
from bench.stage import Running, Stage, cpu_seconds
from sello.infrastructure.database.embedded_postgres import find_postgres


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice showed. Times in ms; CPU in microseconds per request, everything the slice did included."""

    rate: float
    p50: float
    p95: float
    p99: float
    done: int
    server_cpu: float
    postgres_cpu: float
    generator_share: float
    wrong: list[str] = field(default_factory=list)
    left: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How hard and how long: the same for every side of a comparison."""

    connections: int
    seconds: float
    pause: float = 0.0
    warm: float = 1.0  # s at the beginning that do not count


def over_http(side: Running, stage: Stage, batch: Batch, load: Load, folder: Path) -> Slice:
    """Send a batch to a server and judge every answer."""
    before = cpu_seconds(side.pid), stage.postgres_seconds()
    job = Job(
        port=side.port, connections=load.connections, seconds=load.warm + load.seconds, pause=load.pause,
        requests=str(folder / "requests.pickle"), answers=str(folder / "answers.pickle"),
    )  # fmt: skip
    outcome = drive(job, batch.requests)
    server, postgres = cpu_seconds(side.pid) - before[0], stage.postgres_seconds() - before[1]
    wrong = [why for answer in outcome.answers if (why := batch.judges[answer.request](answer)) is not None]
    wrong += ["no answer"] * outcome.unanswered
    end = load.warm + load.seconds
    if outcome.exhausted and outcome.answers:
        end = min(end, max(answer.at for answer in outcome.answers))
    measured = [answer.took for answer in outcome.answers if load.warm <= answer.at <= end]
    done = len(outcome.answers)
    return _slice(
        measured, end - load.warm, done=done, server=server, postgres=postgres,
        share=outcome.cpu / outcome.seconds, wrong=wrong, left=len(batch.requests) - done - outcome.unanswered,
    )  # fmt: skip


def _slice(
    took: Sequence[float], seconds: float, *, done: int, server: float, postgres: float, share: float,
    wrong: list[str], left: int,
) -> Slice:  # fmt: skip
    if len(took) < 3:
        raise SystemExit(f"bench: only {len(took)} answers in a slice; wrong ones: {wrong[:3]}")
    cuts = statistics.quantiles(took, n=100)
    each = 1e6 / max(done, 1)
    return Slice(
        rate=len(took) / seconds, p50=cuts[49] * 1000, p95=cuts[94] * 1000, p99=cuts[98] * 1000, done=done,
        server_cpu=server * each, postgres_cpu=postgres * each, generator_share=share, wrong=wrong, left=left,
    )  # fmt: skip


def over_pgbench(
    stage: Stage, script: Path, load: Load, *, first: int, span: int, fixed: Mapping[str, str | None], folder: Path
) -> Slice:
    """The statement alone, as sello_app; pgbench's log of transactions gives what HTTP slices measure themselves."""
    for old in folder.glob("pgbench_log*"):
        old.unlink()
    variables = {"first": first, "span": span, "clients": load.connections, "k": 0, **fixed}
    argv = [
        str(find_postgres() / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={script}",
        f"--client={load.connections}", "--jobs=2", f"--time={max(1, round(load.warm + load.seconds))}", "--log",
        f"--log-prefix={folder / 'pgbench_log'}",
        *(f"--define={name}={value}" for name, value in variables.items() if value is not None),
        stage.url("sello_app"),
    ]  # fmt: skip
    before = stage.postgres_seconds(), _children_seconds()
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    generator, postgres = _children_seconds() - before[1], stage.postgres_seconds() - before[0]
    if done.returncode != 0 or not re.search(r"number of failed transactions: 0\b", done.stdout):
        raise SystemExit(f"bench: pgbench says {done.stderr[-500:]} {done.stdout[-500:]}")
    took, ends = [], []
    for log in folder.glob("pgbench_log*"):
        for line in log.read_text().splitlines():
            fields = line.split()
            took.append(int(fields[2]) / 1e6)
            ends.append(int(fields[4]) + int(fields[5]) / 1e6)
    begin = min(end - each for end, each in zip(ends, took, strict=True)) + load.warm
    until = begin + load.seconds
    measured = [each for end, each in zip(ends, took, strict=True) if begin <= end <= until]
    return _slice(
        measured, load.seconds, done=len(took), server=0.0, postgres=postgres,
        share=generator / (load.warm + load.seconds), wrong=[], left=0,
    )  # fmt: skip


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
