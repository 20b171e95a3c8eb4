"""Campaigns by their rows, and what a message is made of: one statement each."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg.types.json import Jsonb

from sello.domains.campaign.rules import (
    Campaign,
    CampaignState,
    PausedWhy,
    Segment,
    Watching,
    config_of,
)
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CampaignId, CustomerId, TemplateId

_CAMPAIGN: LiteralString = """
    SELECT c.id, c.name, c.trigger_kind, c.trigger_config, c.template_id, t.name AS template_name,
      t.body AS template_body, t.approval AS template_approval, t.archived_at AS template_archived_at,
      CASE coalesce(t.approved_category, t.category) WHEN 'marketing' THEN 'marketing' ELSE 'utility' END AS category,
      c.discount_percent, c.gift, c.code_days, c.holdout_percent, c.budget_centimos, c.committed_micros, c.quiet_from,
      c.quiet_until, c.created_at, m.name AS created_by, c.changed_at, c.activated_at, c.paused_at, c.paused_why,
      c.ended_at
    FROM campaigns c
    JOIN message_templates t ON t.business_id = c.business_id AND t.id = c.template_id
    LEFT JOIN memberships m ON m.business_id = c.business_id AND m.account_id = c.created_by
    WHERE c.business_id = %(business_id)s
"""

_STARTED: LiteralString = """
    AND c.activated_at IS NOT NULL
    ORDER BY (c.paused_at IS NULL AND c.ended_at IS NULL) DESC, c.activated_at DESC, c.id LIMIT %(most)s
"""

_INSERT: LiteralString = """
    INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, discount_percent, gift,
      code_days, holdout_percent, budget_centimos, quiet_from, quiet_until, created_by)
    VALUES (%(business_id)s, %(campaign_id)s, %(name)s, %(kind)s, %(config)s, %(template_id)s,
      %(discount_percent)s::smallint, %(gift)s, %(code_days)s, %(holdout_percent)s, %(budget_centimos)s::bigint,
      %(quiet_from)s, %(quiet_until)s,
      (SELECT m.account_id FROM memberships m WHERE m.business_id = %(business_id)s
         AND m.account_id = %(created_by)s::uuid))
    ON CONFLICT (business_id, id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign's messages have come, each counted once at the furthest place it reached."""

    campaign_id: CampaignId
    held_out: int
    waiting: int
    doubtful: int
    accepted: int
    delivered: int
    opened: int
    failed: int
    released: int

    @property
    def members(self) -> int:
        """Everybody the campaign meant."""
        return (
            self.held_out + self.waiting + self.doubtful + self.accepted + self.delivered + self.opened + self.failed
            + self.released
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the shop and who that is today; None once erased."""

    id: CustomerId
    person: CustomerId | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What waiting messages of a campaign will cost."""

    micros: int


async def campaign_of(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> Campaign | None:
    """The campaign, unlocked."""
    return await db.fetch_one(Campaign, business_id, _CAMPAIGN + "AND c.id = %(campaign_id)s", campaign_id=campaign_id)


async def locked_campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> Campaign | None:
    """The campaign, its row locked against changes, claims and planners until the transaction ends."""
    return await db.fetch_one(
        Campaign,
        business_id,
        _CAMPAIGN + "AND c.id = %(campaign_id)s FOR NO KEY UPDATE OF c",
        campaign_id=campaign_id,
    )


async def campaigns_before(
    db: Db,
    business_id: BusinessId,
    *,
    state: CampaignState | None,
    before: datetime,
    before_id: CampaignId,
    most: int,
) -> list[Campaign]:
    """Campaigns made before a place, the newest first; drafts that were thrown away are left out."""
    return await db.fetch_all(
        Campaign,
        business_id,
        _CAMPAIGN
        + """
        AND c.created_at <= %(before)s AND (c.created_at, c.id) < (%(before)s, %(before_id)s::uuid)
        AND (c.activated_at IS NOT NULL OR c.ended_at IS NULL)
        AND (%(state)s::text IS NULL OR %(state)s = CASE WHEN c.ended_at IS NOT NULL THEN 'ended'
          WHEN c.activated_at IS NULL THEN 'draft' WHEN c.paused_at IS NULL THEN 'active' ELSE 'paused' END)
        ORDER BY c.created_at DESC, c.id DESC LIMIT %(most)s
        """,
        state=state,
        before=before,
        before_id=before_id,
        most=most,
    )


async def active_campaigns(db: Db, business_id: BusinessId) -> list[Campaign]:
    """Campaigns that are neither paused nor ended."""
    return await db.fetch_all(
        Campaign,
        business_id,
        _CAMPAIGN + "AND c.activated_at IS NOT NULL AND c.paused_at IS NULL AND c.ended_at IS NULL ORDER BY c.id",
    )


async def started_campaigns(db: Db, business_id: BusinessId, *, most: int) -> list[Campaign]:
    """Campaigns that were ever started: the running ones first, then the newest."""
    return await db.fetch_all(Campaign, business_id, _CAMPAIGN + _STARTED, most=most)


async def progress_of(db: Db, business_id: BusinessId, campaign_ids: list[CampaignId]) -> list[Progress]:
    """How far these campaigns have come."""
    return await db.fetch_all(
        Progress,
        business_id,
        """
        SELECT c.id AS campaign_id,
          (SELECT count(*) FROM campaign_members m WHERE m.business_id = %(business_id)s AND m.campaign_id = c.id
             AND m.arm = 'holdout')::int AS held_out,
          s.waiting, s.doubtful, s.accepted, s.delivered, s.opened, s.failed, s.released
        FROM campaigns c CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE x.claimed_at IS NULL AND x.released_at IS NULL)::int AS waiting,
            count(*) FILTER (WHERE x.claimed_at IS NOT NULL AND x.released_at IS NULL AND x.accepted_at IS NULL)::int
              AS doubtful,
            count(*) FILTER (WHERE x.accepted_at IS NOT NULL AND x.failed_at IS NULL AND x.delivered_at IS NULL
              AND x.opened_at IS NULL)::int AS accepted,
            count(*) FILTER (WHERE x.accepted_at IS NOT NULL AND x.delivered_at IS NOT NULL
              AND x.opened_at IS NULL)::int AS delivered,
            count(*) FILTER (WHERE x.accepted_at IS NOT NULL AND x.opened_at IS NOT NULL)::int AS opened,
            count(*) FILTER (WHERE x.accepted_at IS NOT NULL AND x.failed_at IS NOT NULL AND x.delivered_at IS NULL
              AND x.opened_at IS NULL)::int AS failed,
            count(*) FILTER (WHERE x.released_at IS NOT NULL)::int AS released
          FROM campaign_sends x WHERE x.business_id = %(business_id)s AND x.campaign_id = c.id) s
        WHERE c.business_id = %(business_id)s AND c.id = ANY(%(campaign_ids)s)
        """,
        campaign_ids=campaign_ids,
    )


async def waiting_cost(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """Micros that the messages of a campaign which still wait will cost."""
    found = await db.fetch_one(
        Sum,
        business_id,
        """
        SELECT coalesce(sum(cost_micros), 0)::bigint AS micros FROM campaign_sends
        WHERE business_id = %(business_id)s AND campaign_id = %(campaign_id)s AND claimed_at IS NULL
          AND released_at IS NULL
        """,
        campaign_id=campaign_id,
    )
    return found.micros if found else 0


async def template_exists(db: Db, business_id: BusinessId, template_id: TemplateId) -> bool:
    """Whether the shop has this template and uses it."""
    found = await db.fetch_one(
        _Found,
        business_id,
        "SELECT id FROM message_templates WHERE business_id = %(business_id)s AND id = %(id)s AND archived_at IS NULL",
        id=template_id,
    )
    return found is not None


@dataclass(frozen=True, slots=True)
class _Found:
    id: TemplateId


async def known_customers(db: Db, business_id: BusinessId, customer_ids: list[CustomerId]) -> list[Known]:
    """Which of these are customers of the shop, and who they are today: merged ones are somebody else."""
    return await db.fetch_all(
        Known,
        business_id,
        """
        SELECT u.id, CASE WHEN u.erased_at IS NULL THEN coalesce(u.merged_into, u.id) END AS person
        FROM customers u WHERE u.business_id = %(business_id)s AND u.id = ANY(%(customer_ids)s)
        """,
        customer_ids=customer_ids,
    )


async def insert_campaign(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    name: str,
    trigger: Watching | Segment,
    template_id: TemplateId,
    discount_percent: int | None,
    gift: str | None,
    code_days: int,
    holdout_percent: int,
    budget_centimos: int | None,
    quiet_from: int,
    quiet_until: int,
    created_by: AccountId | None,
) -> int:
    """Keep a new draft; 0 rows when that id already is a campaign."""
    return await db.execute(
        business_id,
        _INSERT,
        campaign_id=campaign_id,
        name=name,
        kind=trigger.kind,
        config=Jsonb(config_of(trigger)),
        template_id=template_id,
        discount_percent=discount_percent,
        gift=gift,
        code_days=code_days,
        holdout_percent=holdout_percent,
        budget_centimos=budget_centimos,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        created_by=created_by,
    )


async def insert_segment(
    db: Db, business_id: BusinessId, campaign_id: CampaignId, customer_ids: list[CustomerId]
) -> int:
    """Keep the list of a one-off campaign."""
    return await db.execute(
        business_id,
        """
        INSERT INTO campaign_segments (business_id, campaign_id, customer_id)
        SELECT %(business_id)s, %(campaign_id)s, x FROM unnest(%(customer_ids)s::uuid[]) AS x
        """,
        campaign_id=campaign_id,
        customer_ids=customer_ids,
    )


async def put_campaign(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    name: str,
    trigger: Watching | Segment,
    template_id: TemplateId,
    discount_percent: int | None,
    gift: str | None,
    code_days: int,
    holdout_percent: int,
    budget_centimos: int | None,
    quiet_from: int,
    quiet_until: int,
) -> int:
    """Write what its owner may change; the row is locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns SET name = %(name)s, trigger_kind = %(kind)s, trigger_config = %(config)s,
          template_id = %(template_id)s, discount_percent = %(discount_percent)s::smallint, gift = %(gift)s,
          code_days = %(code_days)s, holdout_percent = %(holdout_percent)s,
          budget_centimos = %(budget_centimos)s::bigint, quiet_from = %(quiet_from)s, quiet_until = %(quiet_until)s,
          changed_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(campaign_id)s
        """,
        campaign_id=campaign_id,
        name=name,
        kind=trigger.kind,
        config=Jsonb(config_of(trigger)),
        template_id=template_id,
        discount_percent=discount_percent,
        gift=gift,
        code_days=code_days,
        holdout_percent=holdout_percent,
        budget_centimos=budget_centimos,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


async def start_campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """From now on it means people; 0 rows when it was started before."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns SET activated_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(campaign_id)s AND activated_at IS NULL AND ended_at IS NULL
        """,
        campaign_id=campaign_id,
    )


async def pause_campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId, *, why: PausedWhy) -> int:
    """Nothing of it is planned or claimed until it goes on; 0 rows when it is not active."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns SET paused_at = app_now(), paused_why = %(why)s
        WHERE business_id = %(business_id)s AND id = %(campaign_id)s AND activated_at IS NOT NULL
          AND paused_at IS NULL AND ended_at IS NULL
        """,
        campaign_id=campaign_id,
        why=why,
    )


async def resume_campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """It goes on; 0 rows when it was not paused."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns SET paused_at = NULL, paused_why = NULL
        WHERE business_id = %(business_id)s AND id = %(campaign_id)s AND paused_at IS NOT NULL AND ended_at IS NULL
        """,
        campaign_id=campaign_id,
    )


async def bring_forward(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """Its messages that were put off are due when they were planned for, or now; whatever holds them is asked anew."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends s SET due_at = greatest(w.from_at, (SELECT app_now()))
        FROM send_windows w
        WHERE s.business_id = %(business_id)s AND s.campaign_id = %(campaign_id)s
          AND s.claimed_at IS NULL AND s.released_at IS NULL
          AND w.business_id = s.business_id AND w.send_id = s.id
          AND s.due_at > greatest(w.from_at, (SELECT app_now()))
        """,
        campaign_id=campaign_id,
    )


async def end_campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """It is over; 0 rows when it was."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns SET ended_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(campaign_id)s AND ended_at IS NULL
        """,
        campaign_id=campaign_id,
    )
