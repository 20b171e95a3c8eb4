"""Handing templates to WhatsApp and asking after them. Whatever dies on the way is taken up by the next look.

A submission is named by its template and its moment: a content that was made before the worker died is found by that
name, so nothing is submitted twice.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sello.domains.campaign.templates import actions, queries
from sello.domains.campaign.templates.rules import (
    OPT_OUT_PAYLOAD,
    SAMPLES,
    Template,
    buttons_of,
    content_variables,
    numbered,
)
from sello.events import TemplateSubmitted
from sello.infrastructure.database.jobs import CAMPAIGN, NewJob, enqueue, enqueue_all
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.infrastructure.whatsapp import Content, Unreachable
from sello.shared import clock
from sello.shared.ids import BusinessId, TemplateId
from sello.shared.logs import log

SUBMIT: Final = "templates.submit"
FOLLOW: Final = "templates.follow"
LOOK: Final = "templates.look"
LOOK_AGAIN: Final = "templates.look_again"

_SOON: Final = timedelta(seconds=10)  # after a submission somebody sits and waits
_PATIENCE: Final = timedelta(minutes=5)
_REFUSALS: Final = frozenset({400, 409, 413, 422})


async def submit(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id, template_id. May run twice: see the module. An unreachable provider tries it again."""
    business_id, template_id = BusinessId(UUID(payload["business_id"])), TemplateId(UUID(payload["template_id"]))
    template = await queries.template_of(services.db, business_id, template_id)
    if template is not None:
        await _bring_on(services, business_id, template)
        await _follow_soon(services, business_id)


async def follow(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id, approved. Ask after the shop's templates; asking twice changes nothing."""
    business_id, approved = BusinessId(UUID(payload["business_id"])), bool(payload.get("approved"))
    templates = await queries.submitted_templates(services.db, business_id, approved=approved)
    for template in templates:
        await _bring_on(services, business_id, template)
    fresh = clock.now() - _PATIENCE
    if not approved and any(one.submitting_at is not None and one.submitting_at > fresh for one in templates):
        await _follow_soon(services, business_id)


async def look(services: Services, _: dict[str, Any]) -> None:
    """Queue a look for every shop that waits for WhatsApp's word."""
    await _queue(services, await queries.waiting_shops(services.platform_db), approved=False)


async def look_again(services: Services, _: dict[str, Any]) -> None:
    """Queue a look at what campaigns send: Meta takes back what people dislike."""
    await _queue(services, await queries.sending_shops(services.platform_db), approved=True)


async def _queue(services: Services, shops: list[queries.Shop], *, approved: bool) -> None:
    await enqueue_all(
        services.platform_db,
        [
            NewJob(
                entrypoint=FOLLOW,
                payload={"business_id": shop.id, "approved": approved},
                dedupe=f"{FOLLOW}:{approved}:{shop.id}",
            )
            for shop in shops
        ],
    )


async def _follow_soon(services: Services, business_id: BusinessId) -> None:
    await enqueue(
        services.platform_db,
        FOLLOW,
        {"business_id": str(business_id), "approved": False},
        delay=_SOON,
        dedupe=f"{FOLLOW}:soon:{business_id}",
    )


async def _bring_on(services: Services, business_id: BusinessId, template: Template) -> None:
    """Take one template a step further, from wherever it stands. Raises Unreachable, to be tried again."""
    if not services.settings.whatsapp_on:
        log.warning("template_waits", template_id=str(template.id), why="whatsapp_off")
        return
    if template.submitting_at is None or template.archived_at is not None:
        return
    template_id, name = TemplateId(template.id), name_of(template)
    try:
        sid = template.content_sid or await _content(services, business_id, template, name)
        if sid is None:
            return
        said = await services.whatsapp.approval_of(sid)
        if said is not None and said.state is None:
            said = await services.whatsapp.submit_content(sid, name=name, category=template.category)
    except Unreachable as failure:
        if failure.code is None or failure.http not in _REFUSALS:
            raise
        await actions.note_refusal(
            services.db, business_id, template_id, submitting_at=template.submitting_at, reason=f"Twilio {failure.code}"
        )
        return
    # Somebody deleted it at the provider: it can be sent no more.
    state, category, reason = (said.state, said.category, said.reason) if said else ("disabled", None, None)
    if state is not None:
        await actions.note_approval(
            services.db, business_id, template_id, content_sid=sid, approval=state,
            category=category if category in ("marketing", "utility", "authentication") else None, reason=reason,
        )  # fmt: skip


async def _content(services: Services, business_id: BusinessId, template: Template, name: str) -> str | None:
    """The sid of its words at the provider, put there if need be; None when this submission is over."""
    assert template.submitting_at is not None  # noqa: S101  # asked before
    sid = await services.whatsapp.find_content(name)
    if sid is None:
        sid = await services.whatsapp.create_content(content_of(template, services.settings.public_base_url, name))
    noted = await queries.note_content(
        services.db, business_id, TemplateId(template.id), submitting_at=template.submitting_at, content_sid=sid
    )
    if noted:
        return sid
    now = await queries.template_of(services.db, business_id, TemplateId(template.id))
    return now.content_sid if now is not None and now.submitting_at == template.submitting_at else None


def name_of(template: Template) -> str:
    """The name of this submission: WhatsApp never takes one twice, and a rejected one not for a month."""
    moment = template.submitting_at or template.changed_at
    return f"sello_{UUID(str(template.id)).hex}_{int(moment.timestamp() * 1000)}"


def content_of(template: Template, base_url: str, name: str) -> Content:
    """A template in the provider's words: numbers for variables, samples, the card's link, the way out."""
    samples = content_variables(template.body, SAMPLES[template.language], link="LUNA7K2MQ4XT9B3HN")
    link, *others = buttons_of(template.language, template.category)
    return Content(
        name=name,
        language=template.language,
        body=numbered(template.body),
        samples=samples,
        link_title=link.title,
        link=f"{base_url.rstrip('/')}/k/{{{{{len(samples)}}}}}",
        replies=[(button.title, OPT_OUT_PAYLOAD) for button in others],
    )


JOBS: Final[dict[str, Work]] = {SUBMIT: submit, FOLLOW: follow, LOOK: look, LOOK_AGAIN: look_again}
REACTIONS: Final[Reactions] = {TemplateSubmitted: (Reaction(entrypoint=SUBMIT, priority=CAMPAIGN),)}
