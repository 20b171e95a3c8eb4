"""Templates in the database, and the shops whose templates wait for WhatsApp's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.domains.campaign.templates.rules import Category, Language, Template
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, CampaignId, TemplateId


@dataclass(frozen=True, slots=True)
class Sending:
    """A campaign that runs."""

    id: CampaignId


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop."""

    id: UUID


async def templates_of(
    db: Db, business_id: BusinessId, *, before: UUID | None, archived: bool, most: int
) -> list[Template]:
    """The shop's templates, the newest first, from just below the id `before`; the archived ones or the others."""
    return await db.fetch_all(
        Template,
        business_id,
        """
        SELECT t.id, t.name, t.language, t.category, t.body, t.created_at, t.changed_at, t.submitting_at,
          t.content_sid, t.submitted_at, t.approval, t.approval_at, t.rejection_reason, t.approved_category,
          t.archived_at,
          (SELECT count(*)::int FROM campaigns c
           WHERE c.business_id = t.business_id AND c.template_id = t.id AND c.ended_at IS NULL) AS campaigns
        FROM message_templates t
        WHERE t.business_id = %(business_id)s AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
          AND (t.archived_at IS NOT NULL) = %(archived)s
        ORDER BY t.id DESC LIMIT %(most)s
        """,
        before=before,
        archived=archived,
        most=most,
    )


async def template_of(db: Db, business_id: BusinessId, template_id: TemplateId) -> Template | None:
    """One template, archived or not."""
    return await db.fetch_one(
        Template,
        business_id,
        """
        SELECT t.id, t.name, t.language, t.category, t.body, t.created_at, t.changed_at, t.submitting_at,
          t.content_sid, t.submitted_at, t.approval, t.approval_at, t.rejection_reason, t.approved_category,
          t.archived_at,
          (SELECT count(*)::int FROM campaigns c
           WHERE c.business_id = t.business_id AND c.template_id = t.id AND c.ended_at IS NULL) AS campaigns
        FROM message_templates t
        WHERE t.business_id = %(business_id)s AND t.id = %(template_id)s
        """,
        template_id=template_id,
    )


async def submitted_templates(db: Db, business_id: BusinessId, *, approved: bool) -> list[Template]:
    """Those to ask WhatsApp about: waiting ones (also paused: they may go on), or those it has decided about."""
    return await db.fetch_all(
        Template,
        business_id,
        """
        SELECT t.id, t.name, t.language, t.category, t.body, t.created_at, t.changed_at, t.submitting_at,
          t.content_sid, t.submitted_at, t.approval, t.approval_at, t.rejection_reason, t.approved_category,
          t.archived_at, 0 AS campaigns
        FROM message_templates t
        WHERE t.business_id = %(business_id)s AND t.submitting_at IS NOT NULL AND t.archived_at IS NULL
          AND CASE WHEN %(approved)s THEN t.approval IN ('approved', 'disabled')
                   ELSE t.approval IS NULL OR t.approval IN ('received', 'pending', 'paused') END
        ORDER BY t.id
        """,
        approved=approved,
    )


async def insert_template(
    db: Db,
    business_id: BusinessId,
    template_id: TemplateId,
    *,
    name: str,
    language: Language,
    category: Category,
    body: str,
    account_id: AccountId | None,
) -> int:
    """Keep a draft; 0 when the id or the name is there already."""
    return await db.execute(
        business_id,
        """
        INSERT INTO message_templates (business_id, id, name, language, category, body, created_by)
        VALUES (%(business_id)s, %(template_id)s, %(name)s, %(language)s, %(category)s, %(body)s, %(account_id)s)
        ON CONFLICT DO NOTHING
        """,
        template_id=template_id,
        name=name,
        language=language,
        category=category,
        body=body,
        account_id=account_id,
    )


async def lock_template(db: Db, business_id: BusinessId, template_id: TemplateId) -> int:
    """Lock it until the commit; 0 when there is none."""
    return await db.execute(
        business_id,
        "SELECT FROM message_templates WHERE business_id = %(business_id)s AND id = %(template_id)s FOR UPDATE",
        template_id=template_id,
    )


async def put_template(
    db: Db,
    business_id: BusinessId,
    template_id: TemplateId,
    *,
    name: str,
    language: Language,
    category: Category,
    body: str,
) -> int:
    """Other words: a draft again, whatever was said of the old ones. Raises UniqueViolation when the name is taken."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates SET name = %(name)s, language = %(language)s, category = %(category)s,
          body = %(body)s, changed_at = app_now(), submitting_at = NULL, content_sid = NULL, submitted_at = NULL,
          approval = NULL, approval_at = NULL, rejection_reason = NULL, approved_category = NULL
        WHERE business_id = %(business_id)s AND id = %(template_id)s
          AND (name, language, category, body)
            IS DISTINCT FROM (%(name)s::text, %(language)s::text, %(category)s::text, %(body)s::text)
        """,
        template_id=template_id,
        name=name,
        language=language,
        category=category,
        body=body,
    )


async def begin_submission(db: Db, business_id: BusinessId, template_id: TemplateId) -> int:
    """Say that it is to be submitted, before anybody outside is asked; 0 when that was said already."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates SET submitting_at = app_now(), rejection_reason = NULL
        WHERE business_id = %(business_id)s AND id = %(template_id)s AND submitting_at IS NULL AND archived_at IS NULL
        """,
        template_id=template_id,
    )


async def note_content(
    db: Db, business_id: BusinessId, template_id: TemplateId, *, submitting_at: datetime, content_sid: str
) -> int:
    """The provider has its words under this sid; 0 when that submission is over."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates SET content_sid = %(content_sid)s
        WHERE business_id = %(business_id)s AND id = %(template_id)s AND submitting_at = %(submitting_at)s
          AND content_sid IS NULL
        """,
        template_id=template_id,
        submitting_at=submitting_at,
        content_sid=content_sid,
    )


async def note_approval(
    db: Db,
    business_id: BusinessId,
    template_id: TemplateId,
    *,
    content_sid: str,
    approval: str,
    category: str | None,
    reason: str | None,
) -> int:
    """What WhatsApp says of it now; 0 when it said so before, or of other words."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates SET approval = %(approval)s, approval_at = app_now(),
          submitted_at = coalesce(submitted_at, app_now()), approved_category = %(category)s,
          rejection_reason = left(%(reason)s, 500)
        WHERE business_id = %(business_id)s AND id = %(template_id)s AND content_sid = %(content_sid)s
          AND (approval, approved_category, rejection_reason)
            IS DISTINCT FROM (%(approval)s::text, %(category)s::text, left(%(reason)s, 500))
        """,
        template_id=template_id,
        content_sid=content_sid,
        approval=approval,
        category=category,
        reason=reason,
    )


async def note_refusal(
    db: Db, business_id: BusinessId, template_id: TemplateId, *, submitting_at: datetime, reason: str
) -> int:
    """The provider did not even take it: it may be mended and submitted again."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates SET submitting_at = NULL, content_sid = NULL, submitted_at = NULL,
          rejection_reason = left(%(reason)s, 500)
        WHERE business_id = %(business_id)s AND id = %(template_id)s AND submitting_at = %(submitting_at)s
          AND approval IS NULL
        """,
        template_id=template_id,
        submitting_at=submitting_at,
        reason=reason,
    )


async def running_campaigns(db: Db, business_id: BusinessId, template_id: TemplateId) -> list[Sending]:
    """The campaigns that send it now."""
    return await db.fetch_all(
        Sending,
        business_id,
        """
        SELECT id FROM campaigns
        WHERE business_id = %(business_id)s AND template_id = %(template_id)s AND activated_at IS NOT NULL
          AND paused_at IS NULL AND ended_at IS NULL
        ORDER BY id
        """,
        template_id=template_id,
    )


async def archive_template(db: Db, business_id: BusinessId, template_id: TemplateId) -> int:
    """Put it away, unless a campaign that has not ended uses it."""
    return await db.execute(
        business_id,
        """
        UPDATE message_templates t SET archived_at = app_now()
        WHERE t.business_id = %(business_id)s AND t.id = %(template_id)s AND t.archived_at IS NULL
          AND NOT EXISTS (SELECT FROM campaigns c WHERE c.business_id = %(business_id)s AND c.template_id = t.id
                          AND c.ended_at IS NULL)
        """,
        template_id=template_id,
    )


async def waiting_shops(db: PlatformDb) -> list[Shop]:
    """Shops with a template that WhatsApp has not decided about, or has paused."""
    return await db.fetch_all(
        Shop,
        """
        SELECT DISTINCT business_id AS id FROM message_templates
        WHERE submitting_at IS NOT NULL AND archived_at IS NULL
          AND (approval IS NULL OR approval IN ('received', 'pending', 'paused'))
        """,
    )


async def sending_shops(db: PlatformDb) -> list[Shop]:
    """Shops whose templates WhatsApp may take back: those that a campaign which has not ended uses."""
    return await db.fetch_all(
        Shop,
        """
        SELECT DISTINCT t.business_id AS id
        FROM campaigns c JOIN message_templates t ON t.business_id = c.business_id AND t.id = c.template_id
        WHERE c.ended_at IS NULL AND t.archived_at IS NULL AND t.approval IN ('approved', 'disabled')
        """,
    )
