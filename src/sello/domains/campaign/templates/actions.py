"""What an owner does with a template, and what WhatsApp's word changes."""

from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from sello.domains.business import write_audit
from sello.domains.campaign.actions import pause
from sello.domains.campaign.templates import queries
from sello.domains.campaign.templates.rules import (
    Category,
    Language,
    Template,
    is_editable,
    problems_of,
    tidy,
)
from sello.events import TemplateDecided, TemplateSubmitted
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, TemplateId
from sello.shared.validation import plausible_id


async def create_template(
    db: Db, caller: Caller, id: UUID, *, name: str, language: Language, category: Category, body: str
) -> Template:
    """Keep a draft under the id the client made; the same call again answers with the same template.

    Refuses what WhatsApp would refuse (`rules.problems_of`), template_name_taken, id_reused, id_not_plausible.
    """
    template_id, business_id, words = TemplateId(plausible_id(id)), caller.business_id, checked(body)
    made = await queries.insert_template(
        db, business_id, template_id, name=name, language=language, category=category, body=words,
        account_id=None if caller.role == "admin" else caller.account_id,  # who works at no shop is named by none
    )  # fmt: skip
    template = await queries.template_of(db, business_id, template_id)
    if template is None:
        raise Refused("template_name_taken")
    if not made and (template.name, template.language, template.category, template.body) != (
        name, language, category, words,
    ):  # fmt: skip
        raise Refused("id_reused")
    return template


async def put_template(
    db: Db, caller: Caller, template_id: TemplateId, *, name: str, language: Language, category: Category, body: str
) -> Template:
    """Other words for a draft or a rejected template, which is a draft from here on. Locks it.

    Refuses not_found, template_submitted, template_name_taken, and what WhatsApp would refuse.
    """
    business_id, words = caller.business_id, checked(body)

    async def work(tx: Db) -> Template:
        await queries.lock_template(tx, business_id, template_id)
        if not is_editable(await template_of(tx, business_id, template_id)):
            raise Refused("template_submitted")
        await queries.put_template(
            tx, business_id, template_id, name=name, language=language, category=category, body=words
        )
        return await template_of(tx, business_id, template_id)

    try:
        return await db.transact(business_id, work)
    except UniqueViolation as error:
        raise Refused("template_name_taken") from error


async def submit_template(db: Db, caller: Caller, template_id: TemplateId) -> Template:
    """Have it approved; the fact's reaction hands it over. Asking again changes nothing. Locks it.

    Refuses not_found, and template_submitted for one that is archived.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Template:
        await queries.lock_template(tx, business_id, template_id)
        template = await template_of(tx, business_id, template_id)
        if template.archived_at is not None or template.approval == "rejected":
            raise Refused("template_submitted")
        if await queries.begin_submission(tx, business_id, template_id):
            await facts.record(tx, business_id, TemplateSubmitted(template_id=template_id))
            await write_audit(
                tx, business_id, account_id=caller.account_id, action="template.submitted", subject_id=template_id
            )
        return await template_of(tx, business_id, template_id)

    return await db.transact(business_id, work)


async def archive_template(db: Db, caller: Caller, template_id: TemplateId) -> None:
    """Put it away; again changes nothing. Refuses not_found, and template_in_use while a campaign needs it."""
    business_id = caller.business_id

    async def work(tx: Db) -> None:
        template = await template_of(tx, business_id, template_id)
        if await queries.archive_template(tx, business_id, template_id):
            await write_audit(
                tx, business_id, account_id=caller.account_id, action="template.archived", subject_id=template_id
            )
        elif template.archived_at is None:
            raise Refused("template_in_use")

    await db.transact(business_id, work)


async def template_of(db: Db, business_id: BusinessId, template_id: TemplateId) -> Template:
    """One template of the shop; refuses not_found."""
    template = await queries.template_of(db, business_id, template_id)
    if template is None:
        raise Refused("not_found")
    return template


async def note_approval(
    db: Db,
    business_id: BusinessId,
    template_id: TemplateId,
    *,
    content_sid: str,
    approval: str,
    category: str | None,
    reason: str | None,
) -> bool:
    """Keep what WhatsApp says, with a fact when it is new; what it took back, no campaign goes on sending.

    Told twice, or about words that are gone: nothing. Locks the template, then the campaigns that send it.
    """

    async def work(tx: Db) -> bool:
        changed = await queries.note_approval(
            tx, business_id, template_id, content_sid=content_sid, approval=approval, category=category, reason=reason
        )
        if changed:
            await facts.record(tx, business_id, TemplateDecided(template_id=template_id, approval=approval))
            if approval != "approved":
                for campaign in await queries.running_campaigns(tx, business_id, template_id):
                    await pause(tx, business_id, campaign.id, "template")
        return changed > 0

    return await db.transact(business_id, work)


async def note_refusal(
    db: Db, business_id: BusinessId, template_id: TemplateId, *, submitting_at: datetime, reason: str
) -> None:
    """The provider did not take it: say why, and let it be mended. Twice is once."""

    async def work(tx: Db) -> None:
        if await queries.note_refusal(tx, business_id, template_id, submitting_at=submitting_at, reason=reason):
            await facts.record(tx, business_id, TemplateDecided(template_id=template_id, approval="refused"))

    await db.transact(business_id, work)


def checked(body: str) -> str:
    """The words, tidy; refuses the first thing that WhatsApp would refuse."""
    words = tidy(body)
    for problem in problems_of(words):
        raise Refused(problem.code, **problem.facts)
    return words
