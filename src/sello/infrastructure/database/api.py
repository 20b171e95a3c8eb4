"""The databases as route dependencies."""

from typing import Annotated

from fastapi import Depends, Request

from sello.infrastructure.database.db import Db, PlatformDb


async def tenant_db(request: Request) -> Db:
    """The sello_app pool: every call names its business."""
    return request.app.state.db  # type: ignore[no-any-return]


async def platform_db(request: Request) -> PlatformDb:
    """The sello_platform pool, for the listed platform queries."""
    return request.app.state.platform_db  # type: ignore[no-any-return]


Tenant = Annotated[Db, Depends(tenant_db)]
Platform = Annotated[PlatformDb, Depends(platform_db)]
