"""Moving in over HTTP: send a file, see where it stands and what is wrong with it."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sello.domains.loyalty.imports import actions, queries
from sello.domains.loyalty.imports.rules import Import, ImportKind, ImportSource, ImportState, Order
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals, sentence
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["imports"])

_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV with a header, at most 8 MB",
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportAnswer(Body):
    """Where an import stands.

    `refused`: it has wrong lines and nothing was imported. `expired`: it was ended before its end. `done_lines` of
    `lines - bad_lines` are worked off, written now or known before. `new_entries` are visits, or paper cards. Of a dry
    run the new ones are those that would be.
    """

    id: UUID
    kind: ImportKind
    source: ImportSource
    state: ImportState
    dry_run: bool
    count_stamps: bool
    skip_bad: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    lines: int
    bad_lines: int
    done_lines: int
    new_customers: int
    new_entries: int
    new_stamps: int
    new_rewards: int


class Imports(Body):
    """Some imports, the newest first; `next` is the cursor of the following page, null on the last one."""

    imports: list[ImportAnswer]
    next: UUID | None


class ProblemAnswer(Body):
    """What is wrong with a line. `found`: the beginning of the cell, for a week, and until somebody is erased."""

    line: int
    field: str | None
    code: str
    message: str
    found: str | None


class Problems(Body):
    """Some problems along the file, of the first thousand; `next` as above."""

    problems: list[ProblemAnswer]
    next: int | None


@router.post(
    "/imports",
    status_code=202,
    responses=refusals("csv_empty", "rules_missing", "import_running", for_a_shop=True),
    openapi_extra=_BODY,
)
async def post_import(
    request: Request,
    caller: Owner,
    db: Tenant,
    kind: Annotated[ImportKind, Query(description="What the lines are")],
    dry_run: Annotated[bool, Query(description="Say what is wrong and what would be new")] = False,
    count_stamps: Annotated[bool, Query(description="Visits are stamps, with rewards")] = False,
    skip_bad: Annotated[bool, Query(description="Leave wrong lines out, import the others")] = False,
) -> ImportAnswer:
    """Bring a file along; it is worked off in the background. The same file again changes nothing."""
    order = Order(kind, dry_run=dry_run, count_stamps=count_stamps, skip_bad=skip_bad)
    return _answer(await actions.send_file(db, caller, order, await request.body()))


@router.get("/imports", responses=refusals(for_a_shop=True))
async def get_imports(
    caller: Owner,
    db: Tenant,
    cursor: Annotated[UUID | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Imports:
    """What the shop has brought along."""
    found = await queries.imports_page(db, caller.business_id, before=cursor, most=limit + 1)
    shown = found[:limit]
    following = shown[-1].id if len(found) > limit else None
    return Imports(imports=[_answer(one) for one in shown], next=following)


@router.get("/imports/{import_id}", responses=refusals("not_found", for_a_shop=True))
async def get_import(import_id: UUID, caller: Owner, db: Tenant) -> ImportAnswer:
    """Where an import stands."""
    return _answer(await actions.import_of(db, caller.business_id, import_id))


@router.delete("/imports/{import_id}", status_code=204, responses=refusals("not_found", for_a_shop=True))
async def delete_import(import_id: UUID, caller: Owner, db: Tenant) -> None:
    """Stop an import where it is; what it has written stays."""
    await actions.stop_import(db, caller, import_id)


@router.get("/imports/{import_id}/problems", responses=refusals("not_found", for_a_shop=True))
async def get_problems(
    import_id: UUID,
    request: Request,
    caller: Owner,
    db: Tenant,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Problems:
    """What is wrong with its lines, in the language that Accept-Language asks for."""
    await actions.import_of(db, caller.business_id, import_id)
    language = accepted_language(request.headers.get("accept-language"))
    found = await queries.problems_page(db, caller.business_id, import_id, after=after, most=limit + 1)
    shown = [
        ProblemAnswer(
            line=problem.line,
            field=problem.field,
            code=problem.code,
            message=sentence(problem.code, language, problem.facts),
            found=problem.found,
        )
        for problem in found[:limit]
    ]
    return Problems(problems=shown, next=found[limit - 1].number if len(found) > limit else None)


def _answer(one: Import) -> ImportAnswer:
    return ImportAnswer(
        id=one.id,
        kind=one.kind,
        source=one.source,
        state=one.state,
        dry_run=one.dry_run,
        count_stamps=one.count_stamps,
        skip_bad=one.skip_bad,
        created_at=one.created_at,
        started_at=one.started_at,
        ended_at=one.ended_at,
        lines=one.lines,
        bad_lines=one.bad_lines,
        done_lines=one.done_lines,
        new_customers=one.new_customers,
        new_entries=one.new_entries,
        new_stamps=one.new_stamps,
        new_rewards=one.new_rewards,
    )
