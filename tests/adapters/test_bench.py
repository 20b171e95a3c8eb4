"""The harness of `make bench` at its smallest: it measures, and it notices what is wrong."""

import psycopg
import pytest

from bench import report
from bench.client import Answer
from bench.measure import Bench, Size
from bench.requests import People, stamps
from bench.stage import Stage, fill
from bench.statement import pgbench_script, stamp_statement
from bench.world import World, id_of
from sello.shared.auth import Keys
from tests.support.servers import PASSWORD, Servers

TINY = World(customers=12_000, shops=40)


@pytest.fixture(scope="module")
def stage(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A database of its own with the smallest data set; foreign keys and laws hold there as anywhere."""
    database = servers.database("bench")
    with psycopg.connect(servers.postgres.admin_dsn(database.name), autocommit=True) as connection:
        fill(connection, TINY)
    return Stage(servers.postgres, servers.valkey, tmp_path_factory.mktemp("bench"), database.name, PASSWORD)


def test_everything_is_measured_and_nothing_is_lost(stage: Stage) -> None:
    bench = Bench(stage, TINY, Size(rounds=1, seconds=0.3, connections=4, warm=0.1), node=False)
    with bench.running():
        bench.stamps()
        bench.scans()
        bench.enrolments()
        bench.dashboard()
        bench.memory(1.1)
    results = bench.results
    # A machine that is busy with other tests may make the API shed load; it then says so and has done nothing.
    assert [why for why in results.wrong if '"code":"busy"' not in why] == []
    measured = {(row, side) for row, sides in results.rows.items() for side in sides}
    assert measured == {
        ("stamps", "sello"), ("stamps", "pgbench"), ("look-up", "sello"), ("enrolments", "sello"),
        ("dashboard", "sello"), ("memory", "sello"),
    }  # fmt: skip
    assert all(
        one.rate > 0 and one.p50 <= one.p99 for sides in results.rows.values() for s in sides.values() for one in s
    )
    assert len(results.memory) == 2  # both workers of the API
    text = report.as_text(report.findings(bench, made=0, seconds=1, command=""))
    assert "| stamps: sello / pgbench >= 0.55 |" in text
    assert "| memory of worker 2 <= 150 MB |" in text

    # One look at the database, with two faults in it that it has to find, and no other.
    bench.evidence.stamps += 1  # a client was told of one stamp more
    with psycopg.connect(stage.url("sello_owner"), autocommit=True) as connection:
        connection.execute("UPDATE cards SET balance = balance + 1 WHERE id = %s", (id_of("card", 7),))
        broken = bench.evidence.broken()
        connection.execute("UPDATE cards SET balance = balance - 1 WHERE id = %s", (id_of("card", 7),))
    assert [why.split(":")[0] for why in broken] == ["stamps", "1 rows break L01_balance_ne_ledger"]
    acknowledged = bench.evidence.stamps - 1
    assert broken[0] == f"stamps: {acknowledged + 1} acknowledged, {acknowledged} in the database"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, 0.0, 0.0, 200, b"{}"),
        Answer(0, 0.0, 0.0, 503, b'{"code": "busy"}'),
        Answer(0, 0.0, 0.0, 201, b'{"id": "", "card_id": "", "balance": 2, "seq": 2, "rewards": []}'),
    ],
)
def test_a_wrong_answer_is_noticed(answer: Answer) -> None:
    people = People(Keys(b"x" * 32), TINY)
    batch = stamps(TINY, people, [0], "/api/v1/stamps")
    assert batch.judges[0](answer) is not None


def test_pgbench_runs_the_statement_of_the_application() -> None:
    statement = stamp_statement()
    assert "add_stamp_v1(" in statement.text
    script = pgbench_script(statement, TINY)
    assert script.count("add_stamp_v1(") == 1
    assert "%(" not in script
