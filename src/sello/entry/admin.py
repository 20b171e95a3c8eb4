"""The platform admin's view of background jobs: JSON for programs, and the queue's own pages for a browser.

The pages are PgQueuer's, without anything from outside, at /admin/jobs. A browser gets there by /admin/login, which
trades an admin's access token for a cookie that holds it, travels to /admin/jobs alone and ends with it.
"""

from datetime import datetime
from pathlib import Path as File
from typing import Annotated, Final, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, FastAPI, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Template
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.adapters.web import create_web_router
from pgqueuer.adapters.web.routes import STATIC_DIR, verify_same_origin
from starlette.types import Message, Receive, Scope, Send

from sello.domains.business import write_audit_as_platform
from sello.entry import refusals as answers
from sello.infrastructure.database import jobs
from sello.infrastructure.database.api import Platform
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.queue import PoolDriver
from sello.shared import clock
from sello.shared.auth.api import Admin, Anyone
from sello.shared.errors import Language, Refused, accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter()

PATH: Final = "/admin/jobs"
COOKIE: Final = "sello_jobs"
_LARGEST: Final = 2**63 - 1
_PAGES: Final = File(__file__).with_name("admin_pages")
_SIGN_IN: Final = Template(_PAGES.joinpath("signin.html").read_text(encoding="utf-8"), autoescape=True)
_SIGN_IN_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "title": "Trabajos en segundo plano",
        "lead": "Para quien administra la plataforma.",
        "email": "Correo",
        "password": "Contraseña",
        "code": "Código",
        "code_help": "Las 6 cifras de tu aplicación de códigos.",
        "enter": "Entrar",
        "no_script": "Para entrar, tu navegador tiene que permitir JavaScript.",
    },
    "en": {
        "title": "Background jobs",
        "lead": "For whoever runs the platform.",
        "email": "E-mail",
        "password": "Password",
        "code": "Code",
        "code_help": "The 6 digits of your authenticator.",
        "enter": "Sign in",
        "no_script": "To sign in, your browser has to allow JavaScript.",
    },
}

# htmx writes a style of its own and the pages carry small scripts; nothing comes from elsewhere.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class CountAnswer(Body):
    """How many jobs of a kind are in a state; `oldest`: when the first of them was or will be due."""

    entrypoint: str
    state: Literal["queued", "picked", "failed"]
    jobs: int
    oldest: datetime


class HeldAnswer(Body):
    """A job that failed too often. `error`: its kind and place, without anybody's data."""

    id: int
    entrypoint: str
    created_at: datetime
    attempts: int
    held_at: datetime
    error: str | None


class JobsAnswer(Body):
    """The queue: `picked` jobs are being worked on, `failed` ones are held."""

    counts: list[CountAnswer]
    held: list[HeldAnswer]


@router.get("/api/v1/admin/jobs", tags=["admin"], responses=refusals("forbidden", signed_in=True))
async def get_jobs(_: Admin, db: Platform) -> JobsAnswer:
    """What is in the queue, and up to 100 held jobs, the newest first."""
    return JobsAnswer(
        counts=[
            CountAnswer(entrypoint=count.entrypoint, state=count.state, jobs=count.jobs, oldest=count.oldest)
            for count in await jobs.counts(db)
        ],
        held=[
            HeldAnswer(
                id=job.id,
                entrypoint=job.entrypoint,
                created_at=job.created,
                attempts=job.attempts,
                held_at=job.held_at,
                error=job.error,
            )
            for job in await jobs.held(db)
        ],
    )


@router.post(
    "/api/v1/admin/jobs/{job_id}/requeue",
    tags=["admin"],
    status_code=204,
    responses=refusals("forbidden", "job_not_held", signed_in=True),
)
async def post_requeue(admin: Admin, db: Platform, job_id: Annotated[int, Path(ge=1, le=_LARGEST)]) -> None:
    """Let a held job begin anew, with all its attempts; the platform's log says who did."""

    async def work(tx: PlatformDb) -> None:
        if not await jobs.requeue(tx, job_id):
            raise Refused("job_not_held")
        await write_audit_as_platform(
            tx, None, account_id=admin.account_id, action="job.requeued", details={"job_id": job_id}
        )

    await db.transact(work)


@router.post(
    "/api/v1/admin/jobs-session", tags=["admin"], status_code=204, responses=refusals("forbidden", signed_in=True)
)
async def post_jobs_session(claims: Admin, request: Request, response: Response) -> None:
    """Open the queue's pages to this browser, until the access token ends."""
    token = request.headers["authorization"].partition(" ")[2].strip()
    response.set_cookie(
        COOKIE,
        token,
        max_age=max(0, int(claims.expires_at - clock.now().timestamp())),
        path=PATH,
        secure=request.app.state.settings.public_base_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


@router.get("/admin/login", include_in_schema=False)
async def get_login(_: Anyone, request: Request) -> HTMLResponse:
    """A form for the admin's e-mail, password and code."""
    language = accepted_language(request.headers.get("accept-language"))
    page = _SIGN_IN.render(language=language, **_SIGN_IN_TEXTS[language])
    return HTMLResponse(page, headers={"content-language": language, "vary": "Accept-Language"})


@router.get("/admin/login.js", include_in_schema=False)
async def get_login_script(_: Anyone) -> Response:
    """What the form does: sign in, open the pages, go there."""
    return Response(_PAGES.joinpath("signin.js").read_bytes(), media_type="text/javascript")


@router.get("/admin/login.css", include_in_schema=False)
async def get_login_style(_: Anyone) -> Response:
    """How the form looks."""
    return Response(_PAGES.joinpath("signin.css").read_bytes(), media_type="text/css")


class _SignInFirst(Exception):
    """A browser without a (living) cookie."""


def mount(app: FastAPI) -> None:
    """Serve the queue's pages of `app` at /admin/jobs; needs `app.state.authenticator` and `.platform_db`."""

    async def admin_only(request: Request) -> None:
        token = request.cookies.get(COOKIE)
        scope = dict(request.scope)
        if token and "authorization" not in request.headers:
            scope["headers"] = [*scope["headers"], (b"authorization", b"Bearer " + token.encode("latin-1"))]
        try:
            await app.state.authenticator.admin(Request(scope))
        except Refused as refused:
            if refused.status == 401 and "text/html" in request.headers.get("accept", ""):
                raise _SignInFirst from refused
            raise

    async def to_login(_: Request, __: Exception) -> Response:
        return RedirectResponse("/admin/login", 303)

    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(admin_only)])
    pages.state.pgq_queries = Queries(PoolDriver(app.state.platform_db, patient=False))
    pages.add_exception_handler(_SignInFirst, to_login)
    answers.register(pages)

    # Instead of PgQueuer's own, which needs one more package to read a form.
    @pages.post("/jobs/requeue", name="requeue_jobs_action", dependencies=[Depends(verify_same_origin)])
    async def requeue_chosen(request: Request) -> Response:
        chosen = parse_qs((await request.body()).decode("latin-1")).get("ids", [])
        for text in chosen:
            if text.isascii() and text.isdigit() and int(text) <= _LARGEST:
                await jobs.requeue(app.state.platform_db, int(text))
        return Response(status_code=204, headers={"HX-Refresh": "true"})

    # Theirs with ours behind it, under the same address.
    @pages.get("/static/style.css", name="style")
    async def style() -> Response:
        theirs = STATIC_DIR.joinpath("style.css").read_bytes()
        return Response(theirs + _PAGES.joinpath("queue.css").read_bytes(), media_type="text/css")

    pages.include_router(create_web_router(include_sse=False))
    app.mount(PATH, _WithPolicy(pages))


class _WithPolicy:
    """Gives the pages a policy they work under; nobody may keep them."""

    def __init__(self, inside: FastAPI) -> None:
        self._inside = inside
        self.routes = inside.routes  # the mount looks here for the addresses that the pages link to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(b"content-security-policy", _POLICY), (b"cache-control", b"no-store")]
                kept = [header for header in message.get("headers", ()) if header[0].lower() != b"cache-control"]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        await self._inside(scope, receive, send_with_policy)
