"""The API process: settings, pools, routes and the edge put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from sello.domains.business.accounts.api import router as accounts
from sello.domains.business.audit.api import router as audit
from sello.domains.business.credentials.api import router as credentials
from sello.domains.business.sessions.api import MembershipAuthenticator
from sello.domains.business.sessions.api import router as sessions
from sello.domains.business.staff.api import router as staff
from sello.domains.loyalty.stamps.api import routes as stamp_routes
from sello.entry import edge, health
from sello.entry.settings import Settings, load
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.auth import Passwords, TokenIssuer

ROUTERS: tuple[APIRouter, ...] = (accounts, credentials, sessions, staff, audit, health.router)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API as an ASGI application; without `settings` they come from the environment."""
    settings = settings or load()
    app = FastAPI(
        title="sello",
        description="Digital stamp cards for small shops. Errors are `{code, message, details, request_id}`.",
        version="1",
        docs_url=None,  # its page loads scripts from outside; /openapi.json is for everybody
        redoc_url=None,
        lifespan=_lifespan,
    )
    state = app.state
    state.settings = settings
    state.keys = settings.keys
    state.tokens = TokenIssuer(settings.keys)
    state.passwords = Passwords(rounds=4 if settings.sello_test else 12)
    state.db = TenantPool(
        settings.database_url, size=settings.database_pool, prepare=settings.database_prepare == "on", name="sello-api"
    )
    state.platform_db = PlatformPool(settings.database_platform_url, size=4, name="sello-api-platform")
    state.authenticator = MembershipAuthenticator(state.tokens, state.platform_db)
    for router in ROUTERS:
        app.include_router(router)
    for routes in (stamp_routes,):
        app.router.routes.extend(routes)
    edge.protect(app, settings)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await app.state.db.open()
    await app.state.platform_db.open()
    yield
    await app.state.db.close()
    await app.state.platform_db.close()
    app.state.passwords.close()
