"""The platform admin looks at the queue: as JSON, and on the queue's own pages with a browser's cookie."""

from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from sello.entry.admin import COOKIE
from sello.entry.settings import Settings
from sello.shared.auth import TokenIssuer
from sello.shared.ids import AccountId, SessionId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class Carmen:
    """The platform admin."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Bearer header."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def cookie(self) -> dict[str, str]:
        """What her browser sends to the pages."""
        return {"Cookie": f"{COOKIE}={self.token}"}


@pytest.fixture
def carmen(database: TestDatabase, settings: Settings) -> Carmen:
    """Signed in."""
    account, session = AccountId(new_id()), SessionId(new_id())
    database.rows(
        "INSERT INTO accounts (id, email, name, password_hash, email_verified_at)"
        " VALUES (%s, %s, 'Carmen', '-', app_now())",
        account,
        f"{uuid4().hex}@example.pe",
    )
    database.rows("INSERT INTO platform_admins (account_id) VALUES (%s)", account)
    database.rows(
        "INSERT INTO sessions (id, account_id, expires_at) VALUES (%s, %s, app_now() + interval '1 day')",
        session,
        account,
    )
    token = TokenIssuer(settings.keys).issue(
        account_id=account, business_id=None, role="admin", version=1, session_id=session
    )
    return Carmen(token)


@pytest.fixture
def held_job(database: TestDatabase) -> int:
    """A job that failed too often."""
    (row,) = database.rows(
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'failed', 'test.held', '{\"n\": 1}')"
        " RETURNING id"
    )
    database.rows(
        "INSERT INTO job_attempts (job_id, entrypoint, attempts, finished_at, held_at, last_error)"
        " VALUES (%s, 'test.held', 8, app_now(), app_now(), 'ValueError sello/x.py:1 f')",
        row[0],
    )
    return int(row[0])


async def test_the_queue_as_json_and_a_held_job_queued_again(
    client: httpx.AsyncClient, carmen: Carmen, held_job: int, database: TestDatabase
) -> None:
    answer = await client.get("/api/v1/admin/jobs", headers=carmen.headers)
    assert answer.status_code == 200, answer.text
    (shown,) = [job for job in answer.json()["held"] if job["id"] == held_job]
    assert (shown["entrypoint"], shown["attempts"]) == ("test.held", 8)
    assert shown["error"] == "ValueError sello/x.py:1 f"
    assert ("test.held", "failed", 1) in [(c["entrypoint"], c["state"], c["jobs"]) for c in answer.json()["counts"]]

    path = f"/api/v1/admin/jobs/{held_job}/requeue"
    assert (await client.post(path, headers=carmen.headers)).status_code == 204
    again = await client.post(path, headers=carmen.headers)
    assert (again.status_code, again.json()["code"]) == (409, "job_not_held")
    assert database.rows("SELECT status::text FROM pgqueuer WHERE id = %s", held_job) == [("queued",)]
    database.rows("DELETE FROM pgqueuer WHERE id = %s", held_job)


@pytest.mark.parametrize("job_id", ["0", "-1", "x", str(2**63), "9" * 40])
async def test_a_number_that_is_none_is_refused(client: httpx.AsyncClient, carmen: Carmen, job_id: str) -> None:
    answer = await client.post(f"/api/v1/admin/jobs/{job_id}/requeue", headers=carmen.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_browser_signs_in_then_sees_the_pages(
    client: httpx.AsyncClient, carmen: Carmen, held_job: int, database: TestDatabase
) -> None:
    form = await client.get("/admin/login")
    assert form.status_code == 200
    assert "/admin/login.js" in form.text
    assert "script-src 'self'" in form.headers["content-security-policy"]
    assert (await client.get("/admin/login.js")).headers["content-type"].startswith("text/javascript")
    assert 'lang="es"' in form.text
    assert 'lang="en"' in (await client.get("/admin/login", headers={"Accept-Language": "en"})).text
    assert (await client.get("/admin/login.css")).headers["content-type"].startswith("text/css")
    away = await client.get("/admin/jobs/", headers=HTML)
    assert (away.status_code, away.headers["location"]) == (303, "/admin/login")

    opened = await client.post("/api/v1/admin/jobs-session", headers=carmen.headers)
    assert opened.status_code == 204
    cookie = opened.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    for wanted in ("httponly", "samesite=strict", "path=/admin/jobs"):
        assert wanted in cookie

    pages = ("", "jobs", "failures", "entrypoints", "workers", "schedules", "system", f"jobs/{held_job}")
    for page in pages:
        seen = await client.get(f"/admin/jobs/{page}", headers=carmen.cookie | HTML)
        assert seen.status_code == 200, (page, seen.text)
        assert seen.headers["cache-control"] == "no-store"
        for outside in ("https://", "//cdn", "unpkg"):
            assert outside not in seen.text
    assert (await client.get("/admin/jobs/static/htmx.min.js", headers=carmen.cookie)).status_code == 200
    style = await client.get("/admin/jobs/static/style.css", headers=carmen.cookie)
    assert style.headers["content-type"].startswith("text/css")
    assert ".brand" in style.text, "PgQueuer's own is gone"
    assert "max-width: 720px" in style.text, "ours is not behind it"

    sent = await client.post(
        "/admin/jobs/jobs/requeue",
        headers=carmen.cookie | {"Sec-Fetch-Site": "same-origin"},
        data={"ids": str(held_job)},
    )
    assert sent.status_code == 204, sent.text
    assert database.rows("SELECT status::text FROM pgqueuer WHERE id = %s", held_job) == [("queued",)]
    database.rows("DELETE FROM pgqueuer WHERE id = %s", held_job)


@pytest.mark.parametrize("path", ["", "jobs", "failures", "static/htmx.min.js", "healthz"])
async def test_the_pages_are_for_the_admin_alone(client: httpx.AsyncClient, shop: Shop, path: str) -> None:
    assert (await client.get(f"/admin/jobs/{path}")).status_code == 401
    assert (await client.get(f"/admin/jobs/{path}", headers=shop.rosa.headers)).status_code == 403
    forged = {"Cookie": f"{COOKIE}=nonsense"}
    assert (await client.get(f"/admin/jobs/{path}", headers=forged)).status_code == 401


async def test_another_sites_form_and_a_shops_owner_change_nothing(
    client: httpx.AsyncClient, shop: Shop, carmen: Carmen, held_job: int, database: TestDatabase
) -> None:
    path, form = "/admin/jobs/jobs/requeue", {"ids": str(held_job)}
    foreign = carmen.cookie | {"Sec-Fetch-Site": "cross-site"}
    assert (await client.post(path, headers=foreign, data=form)).status_code == 403
    assert (await client.post(path, headers=shop.rosa.headers, data=form)).status_code == 403
    for owner in ("/api/v1/admin/jobs-session", f"/api/v1/admin/jobs/{held_job}/requeue"):
        assert (await client.post(owner, headers=shop.rosa.headers)).status_code == 403
    assert database.rows("SELECT status::text FROM pgqueuer WHERE id = %s", held_job) == [("failed",)]
    database.rows("DELETE FROM pgqueuer WHERE id = %s", held_job)
