"""The API process: settings, pools, routes and the edge put together."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette

from sello.domains.analytics.dashboard.api import router as dashboard
from sello.domains.analytics.days.api import router as days
from sello.domains.analytics.directory.api import router as directory
from sello.domains.business import Previews
from sello.domains.business.access.api import MembershipAuthenticator
from sello.domains.business.accounts.api import router as accounts
from sello.domains.business.api import router as business
from sello.domains.business.archives.api import router as archives
from sello.domains.business.audit.api import router as audit
from sello.domains.business.branches.api import router as branches
from sello.domains.business.closures.api import router as closures
from sello.domains.business.credentials.api import router as credentials
from sello.domains.business.devices.api import router as devices
from sello.domains.business.identity.api import router as identity
from sello.domains.business.keys.api import router as keys
from sello.domains.business.passtypes.api import router as pass_types
from sello.domains.business.pins.api import router as pins
from sello.domains.business.poster.api import router as poster
from sello.domains.business.preview.api import router as preview
from sello.domains.business.profile.api import router as profile
from sello.domains.business.sessions.api import router as sessions
from sello.domains.business.shops.api import router as shops
from sello.domains.business.sign_ins.api import router as sign_ins
from sello.domains.business.staff.api import router as staff
from sello.domains.business.terms.api import router as terms
from sello.domains.campaign.alerts.api import router as campaign_alerts
from sello.domains.campaign.api import router as campaigns
from sello.domains.campaign.audience.api import router as audience
from sello.domains.campaign.callbacks.api import router as status_callbacks
from sello.domains.campaign.codes.api import router as discount_codes
from sello.domains.campaign.conversations.api import router as conversations
from sello.domains.campaign.inbound.api import router as inbound
from sello.domains.campaign.links.api import router as short_links
from sello.domains.campaign.replies.api import router as card_pictures
from sello.domains.campaign.results.api import router as campaign_results
from sello.domains.campaign.templates.api import router as templates
from sello.domains.customer.api import router as customer
from sello.domains.customer.consents.api import router as consents
from sello.domains.customer.corrections.api import router as corrections
from sello.domains.customer.notices.api import router as notices
from sello.domains.customer.persons.api import router as persons
from sello.domains.customer.requests.api import router as privacy_requests
from sello.domains.loyalty import Rulebook, Strips
from sello.domains.loyalty.adjustments.api import router as adjustments
from sello.domains.loyalty.cards.api import router as cards
from sello.domains.loyalty.duplicates.api import router as duplicates
from sello.domains.loyalty.enrollments.api import router as enrollments
from sello.domains.loyalty.fraud.api import router as fraud
from sello.domains.loyalty.googlecards.api import router as google_cards
from sello.domains.loyalty.happenings.api import router as happenings
from sello.domains.loyalty.holders.api import router as holders
from sello.domains.loyalty.imports.api import router as imports
from sello.domains.loyalty.ledger.api import router as ledger
from sello.domains.loyalty.lookups.api import OPERATIONS as LOOKUPS
from sello.domains.loyalty.lookups.api import router as lookups
from sello.domains.loyalty.merges.api import router as merges
from sello.domains.loyalty.obligations.api import router as obligations
from sello.domains.loyalty.pages.api import router as customer_pages
from sello.domains.loyalty.passes.api import router as passes
from sello.domains.loyalty.phones.api import router as phones
from sello.domains.loyalty.rewards.api import router as rewards
from sello.domains.loyalty.roster.api import router as roster
from sello.domains.loyalty.stamps.api import OPERATIONS as STAMPS
from sello.domains.loyalty.voids.api import router as voids
from sello.domains.loyalty.walletviews.api import router as wallet_views
from sello.entry import admin, admin_health, apps, edge, health, live, watching
from sello.entry.draining import drain_before_the_end
from sello.entry.openapi import add_operations
from sello.entry.personal_data import PERSONS
from sello.entry.settings import Settings, load
from sello.entry.storing import storage_of
from sello.infrastructure.cache.client import RedisCache
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.pages import BuiltPages
from sello.infrastructure.pages.api import router as web_files
from sello.infrastructure.pictures import Pictures
from sello.infrastructure.storage.api import router as files
from sello.infrastructure.typesetting import Pictured
from sello.shared.auth import Passwords, TokenIssuer

ROUTERS: Final[tuple[APIRouter, ...]] = (
    accounts, credentials, sessions, staff, pins, devices, sign_ins, keys, branches, closures, archives,
    audit, business,
    profile, poster, preview, files, identity, terms, notices, customer, corrections, consents,
    privacy_requests, persons, holders, merges, duplicates, enrollments, lookups, roster,
    cards, rewards, voids, adjustments, ledger, obligations, imports, fraud, happenings,
    campaign_alerts, campaign_results, short_links, card_pictures, inbound, conversations,
    dashboard, days, directory,
    campaigns, audience, discount_codes,
    status_callbacks,
    templates,
    passes, phones,
    pass_types, wallet_views,
    customer_pages, google_cards, apps.router, web_files, shops, admin.router, admin_health.router, health.router,
)  # fmt: skip


class Application(FastAPI):
    """FastAPI without the two layers of its own before the first middleware: a root path and telemetry, both unused."""

    __call__ = Starlette.__call__


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API as an ASGI application; without `settings` they come from the environment."""
    of_its_own = settings is None
    settings = settings or load()
    app = Application(
        title="sello",
        description="Digital stamp cards for small shops. Errors are `{code, message, details, request_id}`.",
        version="1",
        docs_url=None,  # its page loads scripts from outside; /openapi.json is for everybody
        redoc_url=None,
        lifespan=_lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it would send queries and texts of exceptions
    )
    _put_state(app, settings)
    for router in ROUTERS:
        # The routes themselves: `include_router` would ask each router anew for each request (edge.StraightRouter).
        app.router.routes += router.routes
    add_operations(app, (*STAMPS, *LOOKUPS))
    app.state.live = live.mount(app, check=app.state.authenticator.sessions.check)
    admin.mount(app)
    edge.protect(app, settings)
    if of_its_own:
        _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    """Let the garbage collector leave alone what lives as long as the process.

    Walking through all modules, routes and models took a tenth of each stamp, and a pause of a fifth of a second now
    and then. Requests leave few cycles behind, so it may also look more rarely.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _put_state(app: FastAPI, settings: Settings) -> None:
    state = app.state
    state.settings = settings
    state.keys = settings.keys
    state.tokens = TokenIssuer(settings.keys)
    state.passwords = Passwords(rounds=4 if settings.sello_test else 12)
    state.rulebook = Rulebook()
    state.persons = PERSONS
    state.pages = BuiltPages()
    state.pictures = Pictures()
    state.passkit = settings.passkit
    state.previews = Previews()
    state.pictured = Pictured(64)
    state.storage = storage_of(settings)
    state.strips = Strips(state.storage)
    state.cache = RedisCache(settings.redis_url)
    state.db = TenantPool(
        settings.database_url,
        size=settings.database_pool,
        prepare=settings.database_prepare == "on",
        name="sello-api",
        observe=watching.observe_query,
    )
    state.platform_db = PlatformPool(
        settings.database_platform_url, size=4, name="sello-api-platform", observe=watching.observe_query
    )
    state.authenticator = MembershipAuthenticator(state.tokens, state.platform_db)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    await state.db.open()
    await state.platform_db.open()
    await state.live.start()
    drain_before_the_end(app, state.settings.drain_seconds)
    yield
    await state.live.stop()
    await state.cache.close()
    await state.db.close()
    await state.platform_db.close()
    state.passwords.close()
    state.pictures.close()
