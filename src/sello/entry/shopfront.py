"""How the demo's shops look: Café Luna has colours and a logo, Bodega Sol neither, and both have their poster.

Files are stored after the world was committed, because a storage rolls nothing back. Should that fail, the posters
come from the jobs that the world has queued.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sello.domains.business import LegalIdentity, change_profile, put_identity, put_logo
from sello.domains.business.poster import jobs as poster
from sello.entry.hands import services_of
from sello.entry.pockets import carry
from sello.entry.settings import Settings
from sello.infrastructure.database.db import Db, PlatformDb, PlatformPool, TenantPool
from sello.infrastructure.database.jobs import enqueue
from sello.infrastructure.pictures import Pictures
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.auth import Caller
from sello.shared.ids import BusinessId

LIGHT: Final = "#f3e3c3"
DARK: Final = "#23324f"
LUNA: Final = LegalIdentity("Café Luna E.I.R.L.", "20000000001", "Jr. Cusco 120, Cercado de Lima", "hola@luna.example")
LOGO: Final = Path(__file__).with_name("cafe-luna.png")


async def paint(db: Db, platform_db: PlatformDb, rosa: Caller, shops: list[BusinessId]) -> None:
    """Choose Café Luna's colours, say who answers for it, queue everybody's poster, in the transaction of the world."""
    await change_profile(
        db, rosa, {"colour_light": LIGHT, "colour_dark": DARK, "picture": "moon", "setup_done": ["look", "poster"]}
    )
    await put_identity(db, rosa, LUNA)
    for business_id in shops:
        for name in poster.JOBS:
            await enqueue(platform_db, name, {"business_id": str(business_id)})


async def hang(settings: Settings, rosa: Caller, shops: list[BusinessId], cards: Mapping[str, str]) -> None:
    """Store the logo, make the posters and put cards into phones, so that all is there when the first visitor looks."""
    pictures = Pictures()
    db, platform_db = TenantPool(settings.database_url, size=2), PlatformPool(settings.database_platform_url, size=2)
    services = services_of(settings, db, platform_db, TwilioWhatsapp(settings.whatsapp))
    await db.open()
    await platform_db.open()
    try:
        await put_logo(db, services.storage, pictures, rosa, LOGO.read_bytes())
        for business_id in shops:
            await poster.make_poster(services, {"business_id": str(business_id)})
        await carry(settings, db, platform_db, services.storage, cards)
    finally:
        await db.close()
        await platform_db.close()
        pictures.close()
