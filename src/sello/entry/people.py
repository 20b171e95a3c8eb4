"""What a person at the command line does to a running installation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sello.domains.business import create_admin
from sello.domains.customer.persons.jobs import reapply_erasures
from sello.entry.personal_data import PERSONS
from sello.entry.settings import Settings
from sello.entry.storing import storage_of
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import PlatformDb, PlatformPool, TenantPool
from sello.infrastructure.database.jobs import Held
from sello.shared.auth import Passwords
from sello.shared.errors import Refused


@asynccontextmanager
async def _platform(settings: Settings) -> AsyncIterator[PlatformDb]:
    pool = PlatformPool(settings.database_platform_url, size=2, wait=10, name="sello-cli")
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close()


async def create_platform_admin(settings: Settings, *, email: str, name: str, password: str) -> str:
    """Create a platform admin; the address to put into an authenticator app, shown this once."""
    passwords = Passwords()
    try:
        async with _platform(settings) as db:
            return await create_admin(db, passwords, settings.keys, email=email, name=name, password=password)
    finally:
        passwords.close()


async def erase_again(settings: Settings) -> tuple[int, int]:
    """Erase again whoever a restored backup has brought back: (on the lists, erased now)."""
    tenants = TenantPool(settings.database_url, size=2, wait=10, name="sello-cli")
    storage = storage_of(settings)
    await tenants.open()
    try:
        async with _platform(settings) as platform_db:
            return await reapply_erasures(tenants, platform_db, storage, PERSONS, settings.keys)
    finally:
        await tenants.close()


async def held_jobs(settings: Settings) -> list[Held]:
    """Jobs that failed too often and wait for a person."""
    async with _platform(settings) as db:
        return await jobs.held(db)


async def requeue_job(settings: Settings, job_id: int) -> None:
    """Put a held job back into its queue; refuses job_not_held."""
    async with _platform(settings) as db:
        if not await jobs.requeue(db, job_id):
            raise Refused("job_not_held")
