"""Templates over HTTP: the owner writes, staff may read."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints

from sello.domains.campaign.starters.rules import Starter, Trigger, starters_in
from sello.domains.campaign.templates import actions, queries
from sello.domains.campaign.templates.rules import (
    LONGEST,
    SAMPLES,
    SHORTEST,
    Approval,
    Category,
    Language,
    ProblemCode,
    State,
    Template,
    Variable,
    buttons_of,
    is_editable,
    is_recategorised,
    is_sendable,
    longest_of,
    problems_of,
    state_of,
    text_of,
    tidy,
    variables_in,
)
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner
from sello.shared.errors import Refused, accepted_language, refusals, sentence
from sello.shared.ids import TemplateId
from sello.shared.validation import Body, Lines, Name

router = APIRouter(prefix="/api/v1", tags=["campaign"])

TemplateName = Annotated[Name, StringConstraints(min_length=3)]
TemplateBody = Annotated[Lines, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]
_PROBLEMS: tuple[ProblemCode, ...] = (
    "template_variable_unknown", "template_braces", "template_variable_edge", "template_variables_adjacent",
    "template_too_few_words", "template_too_long",
)  # fmt: skip


class TemplateWords(Body):
    """What a template says; `body` has its variables in double braces."""

    name: TemplateName
    language: Language
    category: Category
    body: TemplateBody


class NewTemplate(TemplateWords):
    """A template to keep; the client makes the id (UUIDv7)."""

    id: UUID


class DraftWords(Body):
    """Words that are still being written."""

    language: Language = "es"
    category: Category = "marketing"
    body: Annotated[Lines, StringConstraints(max_length=2000)]


class BubbleButton(Body):
    """A button under the words: the card's link, or the way out that everything promotional has."""

    kind: Literal["link", "opt_out"]
    title: str


class Bubble(Body):
    """A message as it would be read, with sample values."""

    text: str
    buttons: list[BubbleButton]


class TemplateAnswer(Body):
    """A template. `recategorised`: Meta put it elsewhere, so it costs what `approved_category` costs."""

    id: UUID
    name: str
    language: Language
    category: Category
    body: str
    variables: list[Variable]
    state: State
    approval: Approval | None
    approval_at: datetime | None
    rejection_reason: str | None
    approved_category: Literal["marketing", "utility", "authentication"] | None
    recategorised: bool
    editable: bool
    sendable: bool
    campaigns: int = Field(description="How many campaigns that have not ended use it")
    preview: Bubble
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    archived_at: datetime | None


class TemplatesAnswer(Body):
    """Templates, the newest first; `next` is the `before` of the next page, absent on the last."""

    templates: list[TemplateAnswer]
    next: UUID | None


class TemplateProblem(Body):
    """Why WhatsApp would refuse it, in a sentence."""

    code: ProblemCode
    text: str
    variable: str | None


class TemplatePreview(Body):
    """A draft as it would be read. `longest`: its characters with every variable filled to the brim, 1,024 at most."""

    preview: Bubble
    variables: list[Variable]
    characters: int
    longest: int
    problems: list[TemplateProblem]


class StarterAnswer(Body):
    """A text to begin with."""

    key: str
    name: str
    language: Language
    category: Category
    body: str
    variables: list[Variable]
    suits: list[Trigger]
    preview: Bubble


class StartersAnswer(Body):
    """The library."""

    starters: list[StarterAnswer]


@router.get("/templates", responses=refusals(for_a_shop=True))
async def get_templates(
    caller: Member,
    db: Tenant,
    before: UUID | None = None,
    archived: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> TemplatesAnswer:
    """The shop's templates; with `archived=true` those that were put away."""
    found = await queries.templates_of(db, caller.business_id, before=before, archived=archived, most=limit)
    following = found[-1].id if len(found) == limit else None
    return TemplatesAnswer(templates=[_template(one) for one in found], next=following)


@router.get("/templates/{template_id}", responses=refusals(for_a_shop=True))
async def get_template(template_id: UUID, caller: Member, db: Tenant) -> TemplateAnswer:
    """One template, archived or not."""
    return _template(await actions.template_of(db, caller.business_id, TemplateId(template_id)))


@router.post(
    "/templates",
    status_code=201,
    responses=refusals("template_name_taken", "id_reused", "id_not_plausible", *_PROBLEMS, for_a_shop=True),
)
async def post_template(body: NewTemplate, caller: Owner, db: Tenant) -> TemplateAnswer:
    """Keep a draft."""
    return _template(
        await actions.create_template(
            db, caller, body.id, name=body.name, language=body.language, category=body.category, body=body.body
        )
    )


@router.put(
    "/templates/{template_id}",
    responses=refusals("template_name_taken", "template_submitted", *_PROBLEMS, for_a_shop=True),
)
async def put_template(template_id: UUID, body: TemplateWords, caller: Owner, db: Tenant) -> TemplateAnswer:
    """Other words, for a draft or a rejected one, which is a draft from here on."""
    return _template(
        await actions.put_template(
            db, caller, TemplateId(template_id), name=body.name, language=body.language, category=body.category,
            body=body.body,
        )
    )  # fmt: skip


@router.put(
    "/templates/{template_id}/submission",
    responses=refusals("template_submitted", "whatsapp_off", for_a_shop=True),
)
async def put_submission(template_id: UUID, caller: Owner, db: Tenant, request: Request) -> TemplateAnswer:
    """Have WhatsApp approve it, which takes minutes to days; its words are fixed meanwhile."""
    if not request.app.state.settings.whatsapp_on:
        raise Refused("whatsapp_off")
    return _template(await actions.submit_template(db, caller, TemplateId(template_id)))


@router.delete("/templates/{template_id}", status_code=204, responses=refusals("template_in_use", for_a_shop=True))
async def delete_template(template_id: UUID, caller: Owner, db: Tenant) -> None:
    """Put it away; what was sent keeps it."""
    await actions.archive_template(db, caller, TemplateId(template_id))


@router.post("/templates/previews", responses=refusals(for_a_shop=True))
async def post_preview(body: DraftWords, caller: Member, request: Request) -> TemplatePreview:
    """How a draft would be read, and what WhatsApp would refuse in it; keeps nothing."""
    words = tidy(body.body)
    locale = accepted_language(request.headers.get("accept-language"))
    return TemplatePreview(
        preview=_bubble(words, body.language, body.category),
        variables=list(variables_in(words)),
        characters=len(words),
        longest=longest_of(words),
        problems=[
            TemplateProblem(
                code=problem.code,
                text=sentence(problem.code, locale, problem.facts),
                variable=str(problem.facts["variable"]) if "variable" in problem.facts else None,
            )
            for problem in problems_of(words)
        ],
    )


@router.get("/template-starters", responses=refusals(for_a_shop=True))
async def get_starters(caller: Member, language: Language | None = None) -> StartersAnswer:
    """Texts to begin with, for each kind of campaign."""
    return StartersAnswer(starters=[_starter(one) for one in starters_in(language)])


def _bubble(body: str, language: Language, category: Category) -> Bubble:
    return Bubble(
        text=text_of(body, SAMPLES[language]),
        buttons=[BubbleButton(kind=one.kind, title=one.title) for one in buttons_of(language, category)],
    )


def _starter(starter: Starter) -> StarterAnswer:
    return StarterAnswer(
        key=starter.key,
        name=starter.name,
        language=starter.language,
        category=starter.category,
        body=starter.body,
        variables=list(variables_in(starter.body)),
        suits=list(starter.suits),
        preview=_bubble(starter.body, starter.language, starter.category),
    )


def _template(template: Template) -> TemplateAnswer:
    return TemplateAnswer(
        id=template.id,
        name=template.name,
        language=template.language,
        category=template.category,
        body=template.body,
        variables=list(variables_in(template.body)),
        state=state_of(template),
        approval=template.approval,
        approval_at=template.approval_at,
        rejection_reason=template.rejection_reason,
        approved_category=template.approved_category,
        recategorised=is_recategorised(template),
        editable=is_editable(template),
        sendable=is_sendable(template.approval, template.archived_at),
        campaigns=template.campaigns,
        preview=_bubble(template.body, template.language, template.category),
        created_at=template.created_at,
        changed_at=template.changed_at,
        submitted_at=template.submitted_at,
        archived_at=template.archived_at,
    )
