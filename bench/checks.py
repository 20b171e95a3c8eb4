"""What a run has left in the database, compared with what its clients were told."""

from typing import Final

import psycopg
from psycopg import sql

from bench.stage import Stage

# Laws that a run cannot keep, each with its reason.
LEFT_OUT: Final = {
    "L42_fact_waiting": "no worker runs beside a measurement, so facts wait",
    "L81_statistics_behind": "nor does anybody count them",
    "L94_poster_missing": "the data set has no files",
}
STATISTICS: Final = "laws_of_statistics"
MANY_CUSTOMERS: Final = 10_000


class Evidence:
    """The database before the slices, and what clients were told since."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._before = self._counts()
        self.stamps = self.simple = self.enrolments = 0

    def _counts(self) -> tuple[int, int, int]:
        with psycopg.connect(self._stage.postgres.admin_dsn(self._stage.database), autocommit=True) as connection:
            row = connection.execute(
                """
                SELECT (SELECT count(*) FROM stamp_events WHERE kind = 'earn'), (SELECT count(*) FROM bench.visits),
                  (SELECT count(*) FROM customers)
                """
            ).fetchone()
        assert row is not None  # noqa: S101  # a SELECT without FROM has one row
        return int(row[0]), int(row[1]), int(row[2])

    def broken(self) -> list[str]:
        """Lost or doubled writes and broken laws, in words; the answers themselves were judged one by one.

        Statistics are looked at where the data set is small: no run changes them, and their laws take minutes.
        """
        before, now = self._before, self._counts()
        told = (self.stamps, self.simple, self.enrolments)
        names = ("stamps", "simple stamps", "enrolments")
        found = [
            f"{name}: {told[i]} acknowledged, {now[i] - before[i]} in the database"
            for i, name in enumerate(names)
            if told[i] != now[i] - before[i]
        ]
        return found + [f"{count} rows break {law}" for law, count in self._laws()]

    def _laws(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        with psycopg.connect(self._stage.url("sello_laws"), autocommit=True) as connection:
            connection.execute("SET work_mem = '128MB'")
            for (view,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relname LIKE 'laws\\_of\\_%'"
            ).fetchall():
                if view == STATISTICS and self._before[2] > MANY_CUSTOMERS:
                    continue
                text = sql.SQL("SELECT law, count(*) FROM {} WHERE law <> ALL (%s) GROUP BY law")
                found += connection.execute(text.format(sql.Identifier(view)), (list(LEFT_OUT),)).fetchall()
        return found
