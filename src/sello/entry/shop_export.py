"""A whole shop into one archive: for the command line, and for the job that an owner asks for."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sello.domains.business import known_shop, present_file, write_audit_as_platform
from sello.entry.archive_tables import TABLES
from sello.entry.settings import Settings
from sello.entry.storing import storage_of
from sello.infrastructure.archives import LOGO, Manifest, Pack, ShopIdentity, pack
from sello.infrastructure.archives.packing import NoShop, Progress
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.migrate import newest
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

_README: Final = """{name}

Esta es una copia completa de tu local en sello, hecha el {made_at:%d/%m/%Y} a las {made_at:%H:%M} UTC.

- manifest.json dice qué hay aquí, de qué versión viene y la huella (SHA-256) de cada archivo.
- tables/ tiene un archivo por tabla: cada línea es un registro en JSON, con sus fechas en UTC y sus montos en céntimos.
- files/logo.png es tu logo.

Contiene datos personales de tus clientes (nombres, celulares, cumpleaños). Guárdala como guardarías tu caja: la Ley
29733 te hace responsable de ella. Si alguien te pide borrar sus datos, borra también las copias que guardes.

Para llevarla a otro sello, quien lo administra ejecuta:

    sello import-shop ESTE-ARCHIVO.zip --dry-run
    sello import-shop ESTE-ARCHIVO.zip

Las tarjetas, sus códigos y sus sellos llegan iguales. No viajan contraseñas, PIN, llaves ni sesiones: cada persona pone
una contraseña nueva y cada tablet se enlaza otra vez. Los detalles están en docs/archive.md de sello.
"""


def _readme(shop: ShopIdentity, made_at: datetime) -> str:
    return _README.format(name=shop.name, made_at=made_at)


@asynccontextmanager
async def pools(settings: Settings) -> AsyncIterator[tuple[TenantPool, PlatformPool]]:
    """Two connections of each role, for a command."""
    db = TenantPool(settings.database_url, size=2, wait=10, name="sello-cli")
    platform_db = PlatformPool(settings.database_platform_url, size=2, wait=10, name="sello-cli")
    await db.open()
    await platform_db.open()
    try:
        yield db, platform_db
    finally:
        await db.close()
        await platform_db.close()


async def export_shop(settings: Settings, slug: str, path: Path, *, progress: Progress) -> Manifest:
    """Write the shop with this address (open, suspended or closed) into an archive; audited. Refuses not_found."""
    async with pools(settings) as (_, platform_db):
        shop = await known_shop(platform_db, slug)
        if shop is None:
            raise Refused("not_found")
        manifest = await pack_shop(settings, shop.id, path, progress=progress)
        rows = sum(table.rows for table in manifest.tables.values())
        await write_audit_as_platform(
            platform_db, shop.id, account_id=None, action="business.exported", subject_id=shop.id,
            details={"rows": rows},
        )  # fmt: skip
        return manifest


def packer(settings: Settings) -> Callable[[BusinessId, Path, Progress], Awaitable[Manifest]]:
    """What packs a shop of this installation."""

    async def packs(business_id: BusinessId, path: Path, progress: Progress) -> Manifest:
        return await pack_shop(settings, business_id, path, progress=progress)

    return packs


async def pack_shop(settings: Settings, business_id: BusinessId, path: Path, *, progress: Progress) -> Manifest:
    """Write a shop into an archive, in a thread that tells `progress`. Refuses not_found."""
    order = Pack(
        business_id=business_id,
        app_url=settings.database_url,
        platform_url=settings.database_platform_url,
        tables=TABLES,
        files=await _files(settings, business_id),
        sello=version("sello"),
        schema=newest(),
        readme=_readme,
    )
    try:
        return await _in_a_thread(order, path, progress)
    except NoShop:
        raise Refused("not_found") from None


class _Stopped(Exception):
    """Nobody waits for the archive any more."""


async def _in_a_thread(order: Pack, path: Path, progress: Progress) -> Manifest:
    """Pack; whoever is cancelled meanwhile stops the thread too, and goes when it has ended."""
    stop = threading.Event()

    def tell(table: str, rows: int) -> None:
        if stop.is_set():
            raise _Stopped
        progress(table, rows)

    packing = asyncio.ensure_future(asyncio.to_thread(pack, order, path, progress=tell))
    try:
        return await asyncio.shield(packing)
    except asyncio.CancelledError:
        stop.set()
        with suppress(_Stopped):
            await packing
        raise


async def _files(settings: Settings, business_id: BusinessId) -> dict[str, bytes]:
    storage = storage_of(settings)
    async with pools(settings) as (db, _):
        logo = await present_file(db, business_id, "logo")
    data = await storage.get(logo.name) if logo else None
    return {LOGO: data} if data else {}
