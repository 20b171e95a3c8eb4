"""`sello export-shop` and `sello import-shop` as a person at a terminal sees them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sello.entry.settings import Settings
from sello.entry.shop_export import export_shop
from sello.entry.shop_import import Imported, Wishes, import_shop
from sello.infrastructure.archives import Manifest


@contextmanager
def _shown(what: str) -> Iterator[Callable[[str, int], None]]:
    """A line that says which table it is at, on standard error; nothing in a pipe."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)

        def tell(table: str, rows: int) -> None:
            progress.update(task, description=f"{what}: {table}, {rows} rows")

        yield tell


def exported(settings: Settings, slug: str, file: Path) -> Manifest:
    """Write the archive; its manifest."""
    with _shown("packing") as tell:
        return asyncio.run(export_shop(settings, slug, file, progress=tell))


def imported(settings: Settings, file: Path, *, slug: str | None, owner: str | None, dry_run: bool) -> Imported:
    """Read the archive in."""
    with _shown("trying" if dry_run else "importing") as tell:
        wishes = Wishes(slug=slug, owner=owner, dry_run=dry_run)
        return asyncio.run(import_shop(settings, file, wishes, progress=tell))


def say_exported(file: Path, manifest: Manifest) -> None:
    """What the archive holds, and that it has to be kept safe."""
    rows = sum(table.rows for table in manifest.tables.values())
    _say(
        f"{manifest.shop.name}: {rows} rows, {file.stat().st_size} bytes in {file}, as of {manifest.made_at:%F %T} UTC."
    )
    _say("It holds names and phones of customers: keep it as you would keep the till.")


def say_imported(done: Imported, *, dry_run: bool) -> None:
    """What came in, what is not as it was, and where owners set their password."""
    tables = done.manifest.tables
    for table, said in tables.items():
        if said.rows:
            _say(f"{said.rows:>10}  {table}")
    for note in done.notes:
        _say(f"Note: {note}")
    if dry_run:
        _say(f"{done.manifest.shop.name} could be imported as {done.slug}. Nothing was written.")
        return
    _say(f"{done.manifest.shop.name} is here as {done.slug}.")
    for link in done.links:
        _say(f"An owner sets their password within 7 days (mailed, too): {link}")
    _say("Staff ask for a new password on the sign-in page; tills are enrolled again; PINs and API keys are made anew.")


def _say(text: str) -> None:
    Console(soft_wrap=True, highlight=False).print(text, markup=False)
