"""Statistics from the command line: every shop counted anew from its ledger, and its numbers as of a day."""

from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from sello.domains.analytics import Corrected, Standing, count_shop, counted_shops, standing_as_of
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.errors import Refused


@dataclass(frozen=True, slots=True)
class Line:
    """A shop, what had to be corrected, and where it stood at the end of the day."""

    slug: str
    corrected: Corrected
    standing: Standing


async def analyze(settings: Settings, *, as_of: date | None, slug: str | None) -> list[Line]:
    """Count the shops anew (all, or the one at this address) and tell their numbers as of the end of a day.

    None: today in each shop's zone. Of a day to come: as if nobody came any more. Twice gives the same and corrects
    nothing the second time. Refuses not_found.
    """
    db = TenantPool(settings.database_url, size=2, wait=10, name="sello-cli")
    platform_db = PlatformPool(settings.database_platform_url, size=1, wait=10, name="sello-cli")
    await db.open()
    await platform_db.open()
    try:
        shops = await counted_shops(platform_db, slug=slug)
        if slug is not None and not shops:
            raise Refused("not_found")
        lines = []
        with Progress(console=Console(stderr=True)) as progress:
            for shop in progress.track(shops, description="shops counted"):
                corrected = await count_shop(db, shop.business_id)
                lines.append(Line(shop.slug, corrected, await standing_as_of(db, shop.business_id, as_of)))
        return lines
    finally:
        await db.close()
        await platform_db.close()


def table_of(lines: list[Line]) -> Table:
    """The lines for people; `corrected` counts rows that were not what the ledger says."""
    table = Table("shop", "as of", "customers", "repeat", "active 30 d", "retention", "at risk", "lost", "corrected")
    for line in lines:
        s = line.standing
        table.add_row(
            line.slug,
            s.day.isoformat(),
            str(s.customers),
            str(s.repeat),
            str(s.active),
            f"{s.returned}/{s.active_30}" if s.active_30 else "-",
            str(s.at_risk),
            str(s.lost),
            str(line.corrected.cards + line.corrected.days),
        )
    return table
