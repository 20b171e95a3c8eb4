"""What a run has left in the database, compared with what its clients were told."""

from typing import Final

import psycopg

from bench.stage import Stage

# Laws that a run without a worker cannot keep, each with its reason.
LEFT_OUT: Final = {
    "L42_fact_waiting": "no worker runs beside a measurement, so facts wait",
    "L94_poster_missing": "the data set has no files",
}


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
        """Lost or doubled writes and broken laws, in words; the answers themselves were judged one by one."""
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
        with psycopg.connect(self._stage.url("sello_laws")) as connection:
            connection.execute("SET LOCAL work_mem = '128MB'")
            rows = connection.execute(
                "SELECT law, count(*) FROM broken_laws WHERE law <> ALL (%s) GROUP BY law", (list(LEFT_OUT),)
            ).fetchall()
        return [(str(law), int(count)) for law, count in rows]
