"""A person goes through everything a shop can do with them, is erased, and is found nowhere; a backup forgets them too.

Real processes with their logs in files. The person's name, phone, link and code are unlike anything else, so whatever
holds one of them is found by looking for it.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
import psycopg
import pytest
import redis
from psycopg.sql import SQL, Identifier

from sello.domains.customer import TEXT_VERSION
from sello.infrastructure.database.embedded import find_postgres
from sello.infrastructure.database.roles import bootstrap
from sello.shared.ids import new_id
from sello.shared.validation import fold
from tests.support.campaigns import template
from tests.support.servers import PASSWORD, ROLES, TestDatabase
from tests.support.shop import Person, Shop, make_shop
from tests.support.stack import SELLO, Stack

NAME, SECOND_NAME, PHONE, NEW_PHONE = "Zzyzxa Quetzalina", "Zzyzxa Q. Canaria", "987650431", "987650432"
# What would give her away, in any case and however the digits are grouped.
WORDS = (NAME, SECOND_NAME, "Zzyzxa", "Quetzalina", fold(NAME), "987 650 431", "9876-50431", "650431", "650432")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), apis=1, safe=False)
    try:
        stack.start().start_worker()
        yield stack
    finally:
        stack.stop()


class Life:
    """What the person does, over HTTP; `secrets` are the codes that open her card."""

    def __init__(self, stack: Stack, shop: Shop, http: httpx.Client) -> None:
        self.stack, self.shop, self.http = stack, shop, http
        self.secrets: list[str] = []
        self.on_pass: dict[str, Any] = {}

    def send(self, method: str, path: str, by: Person | None = None, key: str | None = None, **body: Any) -> Any:
        """The answer, which has to be a success."""
        headers = by.headers if by else {}
        headers = headers | ({"Idempotency-Key": key} if key else {})
        answer = self.http.request(method, f"/api/v1{path}", json=body or None, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.headers.get("content-type") == "application/json" else answer.content

    def enrol(self, name: str, phone: str) -> tuple[str, UUID]:
        """A card from the poster, confirmed at the counter: its link, and the customer."""
        answer = self.send(
            "POST", "/enrollments", key=f"{fold(name).replace(' ', '-')}-{phone}", slug=self.shop.slug, name=name,
            phone=phone,
            birthday={"day": 29, "month": 2}, marketing=True, text_version=TEXT_VERSION, poster_id=f"p-{phone}",
        )  # fmt: skip
        text = answer["card_link"].rsplit("/", 1)[1]
        [(card_id, scan_code)] = self.stack.database.rows("SELECT id, scan_code FROM cards WHERE link = %s", text[6:])
        self.secrets += [text[6:], scan_code]
        confirmed = self.send("POST", f"/cards/{card_id}/confirmation", self.shop.diego, last_three=phone[-3:])
        return text, UUID(confirmed["customer_id"])

    def stamp(self, scan_code: str, stamps: int = 1, **more: Any) -> dict[str, Any]:
        """Stamps, now."""
        body = {"scan_code": scan_code, "occurred_at": "2020-01-01T00:00:00Z", "id": str(new_id())} | more
        body["occurred_at"] = self.stack.database.rows("SELECT app_now()")[0][0].isoformat()
        return dict(self.send("POST", "/stamps", self.shop.rosa, stamps=stamps, **body))

    def live(self) -> UUID:
        """Everything; her id in the end."""
        rosa, diego = self.shop.rosa, self.shop.diego
        text, customer = self.enrol(NAME, PHONE)
        scan_code = self.secrets[1]
        self.http.get(f"/api/v1/scans/{scan_code}", headers=diego.headers)
        self.http.get("/api/v1/customers", params={"q": NAME}, headers=rosa.headers)
        self.http.get("/api/v1/customers", params={"q": PHONE}, headers=rosa.headers)
        first = self.stamp(scan_code, override_reason=f"{NAME} es amiga de la casa")
        self.send("POST", f"/stamps/{first['id']}/void", rosa, id=str(new_id()), reason=f"{NAME} no pagó")
        earned = self.stamp(scan_code, 5, amount_centimos=1250)["rewards"][0]["id"]
        redemption = str(new_id())
        self.send("POST", f"/rewards/{earned}/redemptions", rosa, id=redemption)
        self.send("PUT", f"/redemptions/{redemption}/confirmation", rosa)
        self.send("POST", f"/redemptions/{redemption}/void", rosa, id=str(new_id()), reason=f"{NAME} lo devolvió")
        self.send("POST", f"/rewards/{earned}/redemptions", rosa, id=str(new_id()))
        self.send("PUT", f"/cards/by-link/{text}/consent", marketing=False)
        self.send("PUT", f"/customers/{customer}/consent", diego, marketing=True)
        self.send("PATCH", f"/customers/{customer}", rosa, name=SECOND_NAME, phone=NEW_PHONE)
        self.send("POST", f"/customers/{customer}/phone-confirmation", diego, last_three=NEW_PHONE[-3:])
        self.send("PATCH", f"/customers/{customer}", rosa, phone="987 650 439")
        self.send("POST", f"/cards/by-link/{text}/privacy-requests", kind="erasure", wish=f"Soy {NAME}, {PHONE}")
        asked = self.send("POST", f"/customers/{customer}/privacy-requests", diego, kind="access", wish=NAME)
        self.send(
            "PUT", f"/privacy-requests/{asked['id']}/answer", rosa, outcome="refused", answer=f"{NAME} ya la tiene"
        )
        self.send("POST", f"/cards/by-link/{text}/export", phone=NEW_PHONE, format="zip")
        _, twin = self.enrol(SECOND_NAME, PHONE)
        self.stamp(self.secrets[3], 2)
        self.send("PUT", f"/customers/{twin}/merge", rosa, into=str(customer), reason=f"{NAME} tenía dos tarjetas")
        self.keep_in_phone(text)
        self.be_written_to(customer)
        parts = self.send("GET", f"/customers/{customer}/export", rosa)
        assert set(_keys(parts)) >= {
            "campaign_segments", "campaign_members", "campaign_sends", "discount_codes", "wallet_passes",
            "wallet_events",
        }  # fmt: skip
        self.bring_along()
        # Whoever looks for trouble leaves traces too: refusals, nonsense, the name where none belongs.
        for path in (f"/c/{text}", f"/api/v1/customers?q={NAME}", f"/api/v1/cards/by-link/{text}/nothing?who={NAME}"):
            self.http.get(path)
        self.http.post("/api/v1/enrollments", json={"slug": NAME, "phone": PHONE, "name": {"a": NAME}})
        return customer

    def keep_in_phone(self, text: str) -> None:
        """Her card goes into Apple's wallet; her phone wants to hear of it and complains with her name in its words."""
        pkpass = self.http.get(f"/c/{text}/apple").content
        self.on_pass = json.loads(ZipFile(BytesIO(pkpass)).read("pass.json"))
        self.secrets.append(self.on_pass["authenticationToken"])
        registration = self.http.post(
            f"/passkit/v1/devices/phone-of-hers/registrations/{self.on_pass['passTypeIdentifier']}/{self.serial}",
            json={"pushToken": "ab" * 32},
            headers=self.proof,
        )
        assert registration.status_code == 201, registration.text
        said = f"{self.serial}: the pass of {NAME} shows nothing, ApplePass {self.on_pass['authenticationToken']}"
        assert self.http.post("/passkit/v1/log", json={"logs": [said]}).is_success

    @property
    def serial(self) -> str:
        """Of her pass."""
        return str(self.on_pass["serialNumber"])

    @property
    def proof(self) -> dict[str, str]:
        """What her phone shows when it asks for her pass."""
        return {"authorization": f"ApplePass {self.on_pass['authenticationToken']}"}

    def be_written_to(self, customer: UUID) -> None:
        """A campaign means her, its message waits for the end of the quiet hours; how she is reached is known, too."""
        campaign = str(new_id())
        order: dict[str, Any] = {
            "id": campaign, "name": "Para ti", "template_id": template(self.shop), "gift": "Torta",
            "trigger": {"kind": "segment", "customer_ids": [str(customer)]}, "holdout_percent": 0,
            "quiet_from": "00:00", "quiet_until": "23:59",
        }  # fmt: skip
        self.send("POST", "/campaigns", self.shop.rosa, **order)
        self.send("PUT", f"/campaigns/{campaign}/activation", self.shop.rosa)
        deadline = time.monotonic() + 30
        while self.send("GET", f"/campaigns/{campaign}", self.shop.rosa)["progress"]["waiting"] != 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with self.shop.connect() as connection:
            connection.execute(
                "INSERT INTO whatsapp_contacts (business_id, customer_id, window_until, pause_until)"
                " VALUES (%s, %s, app_now(), app_now())",
                (self.shop.business_id, customer),
            )

    def bring_along(self) -> None:
        """A list of visits in which she stands, in a good line and in wrong ones; it is worked off."""
        lines = f"{NEW_PHONE},2026-01-05,1\n{NAME},2026-01-05,1\n{PHONE},2026-01-06,{SECOND_NAME}\n"
        sent = self.http.post(
            "/api/v1/imports",
            params={"kind": "visits", "skip_bad": True},
            content=f"phone,visited_at,amount\n{lines}",
            headers=self.shop.rosa.headers | {"content-type": "text/csv"},
        )
        assert sent.status_code == 202, sent.text
        deadline = time.monotonic() + 30
        while self.send("GET", f"/imports/{sent.json()['id']}", self.shop.rosa)["state"] != "done":
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def erase(self, customer: UUID) -> None:
        """Both steps."""
        seen = self.send("GET", f"/customers/{customer}/erasure", self.shop.rosa)
        erased = self.send("PUT", f"/customers/{customer}/erasure", self.shop.rosa, confirmation=seen["confirmation"])
        assert erased == {"customer_id": str(customer), "new": True}


def _keys(value: Any) -> Iterator[str]:
    """Every name in an answer, however deep."""
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def in_database(database: TestDatabase, words: list[str]) -> list[str]:
    """table: word, for every row of every table that holds one of the words; bytes are read as text too."""
    found = list[str]()
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        tables = owner.execute(
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            binary = owner.execute(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND atttypid = 'bytea'::regtype"
                " AND attnum > 0 AND NOT attisdropped", (f'"{table}"',)
            ).fetchall()  # fmt: skip
            texts = [SQL("t::text"), *(SQL("encode({}, 'escape')").format(Identifier(name)) for (name,) in binary)]
            row = SQL("lower(concat_ws(' ', {}))").format(SQL(", ").join(texts))
            for word in words:
                query = SQL("SELECT count(*) FROM {} t WHERE strpos({}, lower(%s)) > 0").format(Identifier(table), row)
                counted = owner.execute(query, (word,)).fetchone()
                if counted is not None and counted[0]:
                    found.append(f"{table}: {word}")
    return found


def in_files(folder: Path, words: list[str]) -> list[str]:
    """file: word, for every log, mail and stored file; the servers' own folders are looked at through the servers."""
    found = list[str]()
    for path in folder.rglob("*"):
        servers = path.relative_to(folder).parts[0] in ("postgres", "valkey")
        if path.is_file() and not (servers and path.suffix != ".log"):
            text = path.read_bytes().lower()
            found += [f"{path.name}: {word}" for word in words if word.lower().encode() in text]
    return found


def in_redis(url: str, words: list[str]) -> list[str]:
    """key: word, for every key and value."""
    client, found = redis.Redis.from_url(url), list[str]()
    keys = list(client.scan_iter("*"))
    for key in keys:
        text = key.lower() + (client.dump(key) or b"").lower()
        found += [f"{key!r}: {word}" for word in words if word.lower().encode() in text]
    client.close()
    return found


def program(name: str, *words: str) -> None:
    run = subprocess.run([find_postgres() / name, *words], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@contextmanager
def restored(stack: Stack, dump: Path) -> Iterator[TestDatabase]:
    """The dump in a database of its own, restored by its owner as an operator would."""
    name = f"restored_{new_id().hex}"
    bootstrap(stack.servers.postgres.admin_dsn(), database=name, passwords=dict.fromkeys(ROLES, PASSWORD))
    database = TestDatabase(name, f"127.0.0.1:{stack.servers.postgres.port}")
    program("pg_restore", "--exit-on-error", "-d", database.url("sello_owner"), str(dump))
    yield database
    database.let_go()


def reapply(stack: Stack, database: TestDatabase) -> str:
    """`sello reapply-erasures` on a database, with the storage the platform has had all along."""
    values = {"DATABASE_URL": "sello_app", "DATABASE_PLATFORM_URL": "sello_platform"}
    environment = Stack.environment(stack.database.environment(stack.servers, home=stack.folder / "home"))
    environment |= {name: database.url(role) for name, role in values.items()} | {"PATH": os.environ["PATH"]}
    run = subprocess.run([*SELLO, "reapply-erasures"], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def wait_until_stored(stack: Stack, customer: UUID) -> None:
    """The worker told the storage."""
    deadline = time.monotonic() + 30
    query = "SELECT count(*) FROM erasures WHERE customer_id = %s AND stored_at IS NOT NULL"
    while stack.database.rows(query, customer) != [(1,)]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_erased_canary_is_found_nowhere(stack: Stack, tmp_path: Path) -> None:
    shop = make_shop(stack.settings)
    with httpx.Client(base_url=stack.apis[0].url, timeout=20) as http:
        _canary(stack, shop, Life(stack, shop, http), tmp_path)


def _canary(stack: Stack, shop: Shop, life: Life, tmp_path: Path) -> None:
    customer = life.live()
    words = [*WORDS, *life.secrets]
    dump = tmp_path / "before.dump"
    program("pg_dump", "-Fc", "--enable-row-security", "-f", str(dump), "-d", stack.database.url("sello_owner"))
    # The search is no blind one: before, she is in all these places.
    before = {line.split(":")[0] for line in in_database(stack.database, words)}
    assert before >= {
        "customers", "cards", "stamp_events", "redemptions", "audit_log", "privacy_requests", "consent_events",
        "idempotency_keys", "import_problems", "wallet_events",
    }  # fmt: skip
    assert [line for line in in_files(stack.folder, words) if not line.startswith("postgres")] == []
    assert in_redis(stack.servers.valkey.url, words) == []
    totals = "SELECT count(*), sum(delta), sum(amount_centimos) FROM stamp_events WHERE business_id = %s"
    kept = stack.database.rows(totals, shop.business_id)

    life.erase(customer)
    wait_until_stored(stack, customer)
    assert in_database(stack.database, words) == []
    assert in_files(stack.folder, words) == []
    assert in_redis(stack.servers.valkey.url, words) == []
    assert stack.database.rows(totals, shop.business_id) == kept
    assert stack.database.broken_laws() == []
    campaigns = (
        "SELECT s.released_why, w.freed_at IS NOT NULL, d.withdrawn_at IS NOT NULL,"
        " num_nonnulls(t.window_until, t.pause_until) FROM campaign_sends s"
        " JOIN send_windows w ON w.send_id = s.id JOIN discount_codes d ON d.send_id = s.id"
        " JOIN whatsapp_contacts t ON t.customer_id = s.customer_id WHERE s.business_id = %s"
    )
    assert stack.database.rows(campaigns, shop.business_id) == [("erased", False, True, 0)]

    # Her phone asks once more: the card is worth nothing, and says nothing of her.
    last = life.http.get(f"/passkit/v1/passes/{life.on_pass['passTypeIdentifier']}/{life.serial}", headers=life.proof)
    shown = ZipFile(BytesIO(last.content)).read("pass.json").decode()
    assert json.loads(shown)["voided"] is True
    assert [word for word in words if word in shown and word not in life.proof["authorization"]] == []

    # Everything that might come late: the link, the code, a tablet's queue, a second erasure.
    text = shop.code + life.secrets[0]
    assert life.http.get(f"/api/v1/cards/by-link/{text}").status_code == 410
    now = stack.database.rows("SELECT app_now()")[0][0].isoformat()
    late = {"id": str(new_id()), "scan_code": life.secrets[1], "occurred_at": now}
    refused = life.http.post("/api/v1/stamps", json=late, headers=shop.diego.headers)
    assert (refused.status_code, refused.json()["code"]) == (410, "customer_erased")
    assert in_database(stack.database, words) == []

    # A backup from before brings her back, and the list of erasures, kept outside of it, takes her away again.
    with restored(stack, dump) as backup:
        assert in_database(backup, [NAME]) != []
        assert re.search(r"\b1 erased again", reapply(stack, backup))
        assert in_database(backup, words) == []
        assert re.search(r"\b0 erased again", reapply(stack, backup))
        assert backup.rows(totals, shop.business_id)[0][1] == kept[0][1]
