"""The measurements of a run: rounds in which every side has its slice, so that what disturbs one disturbs all."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from bench import requests
from bench.checks import Evidence
from bench.requests import Batch, People
from bench.slices import Load, Slice, over_http, over_pgbench
from bench.stage import Running, Stage, environment, express, family, keys_of, memory_mb, sello
from bench.statement import Statement, pgbench_script, stamp_statement, write_for_node
from bench.world import World

WARM_UP: Final = 5.0
ROWS: Final = ["stamps", "look-up", "enrolments", "dashboard"]
API_MB: Final = 60  # the two workers are larger, uvicorn's parent and its tracker smaller


@dataclass(frozen=True, slots=True)
class Size:
    """How long everything takes."""

    rounds: int
    seconds: float
    connections: int = 32
    warm: float = 1.0


@dataclass
class Results:
    """Slices by row and side, in the order of their rounds."""

    rows: dict[str, dict[str, list[Slice]]] = field(default_factory=dict)
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, row: str, side: str, slice_: Slice) -> None:
        """Keep a slice, and whatever was wrong in it."""
        self.rows.setdefault(row, {}).setdefault(side, []).append(slice_)
        self.wrong += [f"{row}, {side}: {why}" for why in slice_.wrong]
        print(
            f"  {row:<12} {side:<14} {slice_.rate:7.0f}/s  p50 {slice_.p50:6.1f}  p99 {slice_.p99:6.1f} ms"
            f"  CPU {slice_.server_cpu:5.0f} + {slice_.postgres_cpu:5.0f} us  generator {slice_.generator_share:4.0%}"
            + (f"  {len(slice_.wrong)} WRONG" if slice_.wrong else ""),
            flush=True,
        )


class Bench:
    """Everything that runs during a measurement."""

    def __init__(self, stage: Stage, world: World, size: Size, *, node: bool) -> None:
        self.stage = stage
        self.world = world
        self.size = size
        self.folder = stage.folder
        self.folder.mkdir(exist_ok=True)
        self.results = Results()
        self.evidence = Evidence(stage)
        self.node = node
        self._chance = random.Random(20261123)  # the same cards every time
        self._cards = world.cards_of_open_shops()
        self._simple_cards = list(range(world.customers))
        self._chance.shuffle(self._cards)
        self._chance.shuffle(self._simple_cards)
        self._pgbench_card = 0
        self._enrolled = 0
        self._statement: Statement = stamp_statement()
        self._sides: dict[str, Running] = {}
        self._people: People

    @property
    def rows(self) -> dict[str, Callable[[], None]]:
        """What there is to measure, in its order."""
        return dict(zip(ROWS, (self.stamps, self.scans, self.enrolments, self.dashboard), strict=True))

    @contextmanager
    def running(self) -> Iterator[None]:
        """With the API and, where there is Node, the two Node servers."""
        environ = environment(self.stage)
        self._people = People(keys_of(environ), self.world)
        write_for_node(self._statement, self.folder / "statement.json")
        (self.folder / "stamp.pgbench").write_text(pgbench_script(self._statement, self.world))
        with ExitStack() as stack:
            self._sides["sello"] = stack.enter_context(sello(environ, self.folder))
            for variant in ("b2", "b3") if self.node else ():
                self._sides[variant] = stack.enter_context(express(environ, self.folder, variant))
            yield

    def _load(self, seconds: float | None = None, connections: int | None = None) -> Load:
        return Load(connections or self.size.connections, seconds or self.size.seconds, warm=self.size.warm)

    def stamps(self) -> None:
        """The stamp: the API, pgbench with the statement alone, b2 and b3; then the simple write of both."""
        sides: dict[str, Callable[[], Slice]] = {"sello": lambda: self._stamp("sello", self._load())}
        sides["pgbench"] = self._pgbench
        for variant in [name for name in self._sides if name != "sello"]:
            sides[variant] = lambda variant=variant: self._stamp(variant, self._load())  # type: ignore[misc]
            sides[f"{variant} simple"] = lambda variant=variant: self._simple(variant)  # type: ignore[misc]
        self._people.renew()
        for name in self._sides:  # tokens, rules, plans and pages are known before anything counts
            self.results.wrong += self._stamp(name, self._load(min(WARM_UP, 2 * self.size.seconds))).wrong
        self._rounds("stamps", sides)

    def _rounds(self, row: str, sides: dict[str, Callable[[], Slice]]) -> None:
        self.stage.settle()
        names = list(sides)
        for number in range(self.size.rounds):
            self._people.renew()
            for name in names[number % len(names) :] + names[: number % len(names)]:
                self.results.add(row, name, sides[name]())

    def _stamp(self, name: str, load: Load) -> Slice:
        most = int(6000 * (load.seconds + 1))
        cards, self._cards = self._cards[:most], self._cards[most:]
        batch = requests.stamps(self.world, self._people, cards, "/api/v1/stamps")
        done = over_http(self._sides[name], self.stage, batch, load, self.folder)
        self._cards += cards[len(cards) - done.left :]
        self.evidence.stamps += done.done - len(done.wrong)
        return done

    def _simple(self, name: str) -> Slice:
        load = self._load()
        most = int(6000 * (load.seconds + 1))
        cards = self._simple_cards[:most]
        batch = requests.stamps(self.world, self._people, cards, "/simple/stamps", exact=False)
        done = over_http(self._sides[name], self.stage, batch, load, self.folder)
        self._simple_cards = self._simple_cards[len(cards) - done.left :]
        self.evidence.simple += done.done - len(done.wrong)
        return done

    def _pgbench(self) -> Slice:
        span = self.world.other_cards // self.size.rounds
        done = over_pgbench(
            self.stage, self.folder / "stamp.pgbench", self._load(), first=self._pgbench_card, span=span,
            fixed=self._statement.fixed, folder=self.folder,
        )  # fmt: skip
        self._pgbench_card += span
        self.evidence.stamps += done.done
        if done.done > span:
            raise SystemExit("bench: pgbench had more time than cards; use a larger data set or shorter slices")
        return done

    def scans(self) -> None:
        """The look-up by code: ours has no cache; b2 with and without one."""

        def look(name: str, path: str) -> Callable[[], Slice]:
            return lambda: self._http(name, requests.scans(self.world, self._people, self._draw(), path))

        sides = {"sello": look("sello", "/api/v1/scans")}
        if self.node:
            sides["b2"] = look("b2", "/api/v1/scans")
            sides["b2 cached"] = look("b2", "/cached/scans")
        self._rounds("look-up", sides)

    def _draw(self) -> list[int]:
        known = [
            card
            for card in range(min(self.world.customers, 50_000))
            if self.world.shop_of(card) < self.world.open_shops
        ]
        return self._chance.choices(known, k=int(12_000 * (self.size.seconds + 1)))

    def _http(self, name: str, batch: Batch, *, connections: int | None = None) -> Slice:
        return over_http(self._sides[name], self.stage, batch, self._load(connections=connections), self.folder)

    def enrolments(self) -> None:
        """New cards at the poster: four people at once, which even all shops together see rarely."""

        def enrol() -> Slice:
            count = int(1500 * (self.size.seconds + 1))
            numbers = range(self._enrolled, self._enrolled + count)
            self._enrolled += count
            done = self._http("sello", requests.enrolments(self.world, self._chance, numbers), connections=4)
            self.evidence.enrolments += done.done - len(done.wrong)
            return done

        self._rounds("enrolments", {"sello": enrol})

    def dashboard(self) -> None:
        """The home page's numbers: every shop asks once, so nothing comes from the cache. Four owners at a time with a
        pause, about 70 a second: as often as 2,000 open pages ask whose answers are remembered for 30 s."""
        shops = list(range(self.world.shops))
        self._chance.shuffle(shops)
        each = len(shops) // self.size.rounds

        def look() -> Slice:
            mine, shops[:] = shops[:each], shops[each:]
            load = Load(4, self.size.seconds, pause=0.05, warm=self.size.warm / 5)
            return over_http(
                self._sides["sello"], self.stage, requests.dashboards(self._people, mine), load, self.folder
            )

        self._rounds("dashboard", {"sello": look})

    def memory(self, seconds: float) -> None:
        """Stamps and look-ups, one to four, for `seconds`: the memory of each API worker along the way."""
        until = time.monotonic() + seconds
        workers = [pid for pid in family(self._sides["sello"].pid) if memory_mb(pid) > API_MB]
        begun = time.monotonic()
        while True:
            for pid in workers:
                self.results.memory.setdefault(str(pid), []).append((time.monotonic() - begun, memory_mb(pid)))
            left = until - time.monotonic()
            if left < 1:
                break
            self._people.renew()
            done = self._mixed(Load(16, min(20.0, left), pause=0.01, warm=0.0))
            self.results.add("memory", "sello", done)

    def _mixed(self, load: Load) -> Slice:
        total = int(2000 * (load.seconds + 1))
        cards, self._cards = self._cards[: total // 5], self._cards[total // 5 :]
        stamps = requests.stamps(self.world, self._people, cards, "/api/v1/stamps")
        looks = requests.scans(self.world, self._people, self._draw()[: total - len(cards)], "/api/v1/scans")
        both = [*zip(stamps.requests, stamps.judges, strict=True), *zip(looks.requests, looks.judges, strict=True)]
        self._chance.shuffle(both)
        batch = Batch([request for request, _ in both], [judge for _, judge in both])
        done = over_http(self._sides["sello"], self.stage, batch, load, self.folder)
        sent = len(both) - done.left
        self.evidence.stamps += sum(isinstance(judge, requests.StampJudge) for _, judge in both[:sent]) - len(
            done.wrong
        )
        unsent = [judge.card for _, judge in both[sent:] if isinstance(judge, requests.StampJudge)]
        self._cards += unsent
        return done
