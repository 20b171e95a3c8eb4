"""What runs in the background: every job by its name, what facts set going, and what the clock sets going."""

from collections.abc import Mapping
from typing import Any, Final

from prometheus_client import Gauge

from sello.domains.analytics.closings import jobs as closings
from sello.domains.analytics.counts import jobs as counts
from sello.domains.business.accounts import jobs as accounts
from sello.domains.business.archives import jobs as archives
from sello.domains.business.files import jobs as files
from sello.domains.business.poster import jobs as poster
from sello.domains.business.staff import jobs as staff
from sello.domains.campaign.alerts import jobs as alerts
from sello.domains.campaign.inbound import jobs as inbound
from sello.domains.campaign.planning import jobs as planning
from sello.domains.campaign.reconciliation import jobs as reconciliation
from sello.domains.campaign.replies import jobs as replies
from sello.domains.campaign.templates import jobs as templates
from sello.domains.customer.pending import jobs as pending
from sello.domains.customer.persons import jobs as persons
from sello.domains.customer.requests import jobs as privacy_requests
from sello.domains.loyalty.enrollments import jobs as enrollments
from sello.domains.loyalty.fraud import jobs as fraud
from sello.domains.loyalty.googlecards import jobs as googlecards
from sello.domains.loyalty.imports import jobs as imports
from sello.domains.loyalty.nights import jobs as nights
from sello.domains.loyalty.passes import jobs as passes
from sello.domains.loyalty.refreshes import jobs as refreshes
from sello.entry.settings import Settings
from sello.entry.shop_export import packer
from sello.infrastructure.database.laws import broken_async
from sello.infrastructure.database.relay import Reactions
from sello.infrastructure.database.retention import forget_old_rows
from sello.infrastructure.services import Services, Work
from sello.shared.logs import log
from sello.shared.metrics import REGISTRY


def merged(*parts: Reactions) -> Reactions:
    """The reactions of several domains to each fact, all of them."""
    return {fact: [reaction for part in parts for reaction in part.get(fact, ())] for part in parts for fact in part}


FORGET: Final = "platform.forget_old_rows"
CHECK_LAWS: Final = "platform.check_laws"

# Cron expressions in UTC: a quarter past three at night in Lima, when shops are closed.
SCHEDULES: Final[Mapping[str, str]] = {
    FORGET: "15 8 * * *",
    pending.FORGET_STALE: "25 8 * * *",
    enrollments.BURY_STALE: "30 8 * * *",
    privacy_requests.COUNT_OVERDUE: "5 * * * *",
    files.SWEEP: "35 8 * * *",
    archives.SWEEP: "50 * * * *",
    CHECK_LAWS: "45 8 * * *",
    passes.WATCH: "10 8 * * *",
    templates.LOOK: "*/5 * * * *",
    templates.LOOK_AGAIN: "20 * * * *",
    nights.BEGIN: "*/15 * * * *",  # every zone's midnight lies on a quarter of an hour
    # Midnights of every zone, a few minutes after they pass.
    closings.CLOSE_DAYS: "*/10 * * * *",
    planning.BEGIN: "*/15 * * * *",
    refreshes.CATCH_UP: "*/10 * * * *",
    reconciliation.FIND_OUT: "* * * * *",
    reconciliation.COMPARE_DAY: "20 9 * * *",  # the provider's days are UTC's
}

# A fact that more than one domain reacts to gets all their reactions.
REACTIONS: Final[Reactions] = merged(
    staff.REACTIONS,
    archives.REACTIONS,
    poster.REACTIONS,
    persons.REACTIONS,
    fraud.REACTIONS,
    counts.REACTIONS,
    imports.REACTIONS,
    planning.REACTIONS,
    replies.REACTIONS,
    alerts.REACTIONS,
    templates.REACTIONS,
    googlecards.REACTIONS,
    refreshes.REACTIONS,
)

_MOST_SHOWN: Final = 50

broken_laws = Gauge(
    "broken_laws", "Rows that break a law, at the last nightly look", registry=REGISTRY, multiprocess_mode="mostrecent"
)


def all_works(settings: Settings) -> dict[str, Work]:
    """Every job this release can do, by the name it is queued under."""

    async def check_laws(_: Services, __: dict[str, Any]) -> None:
        """Look for broken laws as sello_laws; reads only, so it may run twice."""
        if settings.database_laws_url is None:
            log.warning("laws_not_checked", missing="DATABASE_LAWS_URL")
            return
        rows = await broken_async(settings.database_laws_url)
        broken_laws.set(len(rows))
        for row in rows[:_MOST_SHOWN]:
            log.error("broken_law", law=row.law, key=row.key, detail=row.detail)
        log.info("laws_checked", broken=len(rows))

    return {
        FORGET: _forget_old_rows,
        CHECK_LAWS: check_laws,
        **accounts.JOBS,
        **archives.jobs(packer(settings)),
        **staff.JOBS,
        **files.JOBS,
        **poster.JOBS,
        **pending.JOBS,
        **enrollments.JOBS,
        **privacy_requests.JOBS,
        **persons.JOBS,
        **fraud.JOBS,
        **counts.JOBS,
        **nights.JOBS,
        **passes.JOBS,
        **imports.JOBS,
        **templates.JOBS,
        **closings.JOBS,
        **planning.JOBS,
        **reconciliation.JOBS,
        **inbound.JOBS,
        **replies.JOBS,
        **alerts.JOBS,
        **googlecards.JOBS,
        **refreshes.jobs(googlecards.refresh),
    }


async def _forget_old_rows(services: Services, _: dict[str, Any]) -> None:
    """Delete rows whose time is over; the second time finds nothing."""
    gone = await forget_old_rows(services.platform_db)
    log.info("old_rows_forgotten", **{table: rows for table, rows in gone.items() if rows})
