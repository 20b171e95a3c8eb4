"""Moving in from the command line: a shop's file of customers or visits."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sello.domains.business import shop_by_slug
from sello.domains.loyalty import (
    Brief,
    Forecast,
    Import,
    Order,
    Reading,
    carry_out,
    forecast,
    ground_of,
    open_import,
    read,
)
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.errors import sentence

LARGEST: Final = 64 * 1024 * 1024


class Unreadable(Exception):
    """The file is not there, or too large: a sentence that says so."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a file came to: as it was read, and what it would add (in a dry run) or has added."""

    locale: str
    reading: Reading
    forecast: Forecast | None
    done: Import | None

    @property
    def went_well(self) -> bool:
        """Whether everything that was asked for was done, and nothing was wrong in a dry run."""
        if self.done is None:
            return not self.reading.problems
        return self.done.outcome == "done"


async def import_file(settings: Settings, slug: str, path: Path, order: Order, *, console: Console) -> Moved:
    """Read a file and write it into the shop at this address; in a dry run write nothing.

    Progress goes to `console`. Raises Unreadable; refuses not_found, business_closed, shop_unavailable, rules_missing.
    """
    data = _bytes_of(path)
    db = TenantPool(settings.database_url, size=2, wait=10, name="sello-cli")
    platform_db = PlatformPool(settings.database_platform_url, size=1, wait=10, name="sello-cli")
    await db.open()
    await platform_db.open()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        ground = await ground_of(db, settings.keys, (await shop_by_slug(platform_db, slug)).id)
        with Progress(*columns, console=console) as progress:
            reading = await read(ground, order, data)
            task = progress.add_task("lines", total=reading.lines - len(reading.problems))
            said, done = None, None
            if order.dry_run:
                said = await forecast(db, ground, reading)
            else:
                import_id = await open_import(
                    db, ground.business_id, Brief(order, data, "terminal", None), keep_file=False
                )
                done = await carry_out(
                    db, ground, import_id, reading, told=lambda lines: progress.update(task, completed=lines)
                )
        return Moved(ground.locale, reading, said, done)
    finally:
        await db.close()
        await platform_db.close()


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path} is larger than {LARGEST // 1024 // 1024} MB; split it.")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error


def problems_of(moved: Moved) -> Iterable[Text]:
    """Every problem by its line, in the shop's language. Text: what stands in a cell is no markup."""
    line = "line" if moved.locale.startswith("en") else "línea"
    for problem in moved.reading.problems:
        where = f" {problem.column}" if problem.column else ""
        found = f"  «{problem.found}»" if problem.found else ""
        yield Text(f"{line} {problem.line}{where}: {sentence(problem.code, moved.locale, dict(problem.facts))}{found}")


def summary_of(moved: Moved, order: Order) -> Table:
    """What the file is, and what it added or would add."""
    reading, said, done = moved.reading, moved.forecast, moved.done
    what = "visits" if order.kind == "visits" else "paper cards"
    table = Table("", "", show_header=False)
    table.add_row("file", f"{reading.sheet.encoding}, columns {', '.join(reading.sheet.columns) or '-'}")
    if reading.sheet.ignored:
        table.add_row("columns left out", Text(", ".join(reading.sheet.ignored)))
    table.add_row("lines", f"{reading.lines}, of which {len(reading.problems)} are wrong")
    if said is not None:
        table.add_row("would be new", f"{said.new_customers} customers, {said.new_entries} {what}")
        table.add_row("known before", f"{said.known_customers} customers, {said.known_entries} {what}")
    elif done is not None and done.outcome == "refused":
        table.add_row("imported", "nothing: mend the wrong lines, or leave them out with --skip-bad")
    elif done is not None:
        table.add_row("new", f"{done.new_customers} customers, {done.new_entries} {what}")
        if done.new_stamps or done.new_rewards:
            table.add_row("given", f"{done.new_stamps} stamps, {done.new_rewards} rewards")
        if order.kind == "visits":
            table.add_row("known before", f"{done.done_lines - done.new_entries} visits")
        if done.outcome != "done":
            table.add_row("stopped", "somebody of the shop was erased meanwhile: import the file again without them")
    return table
