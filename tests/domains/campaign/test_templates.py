"""Templates from the first words to WhatsApp's verdict, over HTTP, the jobs and the simulator as it runs."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.campaign.templates.jobs import FOLLOW, JOBS, LOOK, LOOK_AGAIN, SUBMIT
from sello.entry.settings import Settings
from sello.infrastructure.services import Services
from sello.infrastructure.whatsapp import Unreachable
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.ids import new_id
from tests.domains.business.services import services_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.tablets import refused
from tests.support.whatsapp import PlayedWhatsapp

BODY = "Hola {{name}}, te faltan {{missing}} sellos para {{reward}} en {{business}}, ¡te esperamos pronto!"


@pytest.fixture
async def services(app: FastAPI, settings: Settings, whatsapp: PlayedWhatsapp) -> AsyncIterator[Services]:
    """What the worker hands to jobs, its WhatsApp the simulator's."""
    client = TwilioWhatsapp(whatsapp.account)
    yield replace(services_of(app, settings), whatsapp=client)
    await client.close()


class Owner:
    """Rosa, writing templates."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, services: Services) -> None:
        self._client, self._shop, self._services = client, shop, services

    async def write(self, body: str = BODY, **words: str) -> httpx.Response:
        """Keep a draft."""
        draft = {"id": str(new_id()), "name": "Vuelve", "language": "es", "category": "marketing", "body": body} | words
        return await self._client.post("/api/v1/templates", json=draft, headers=self._shop.rosa.headers)

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """Something else with templates."""
        return await self._client.request(
            method, f"/api/v1/templates{path}", json=body, headers=self._shop.rosa.headers
        )

    async def draft(self, **words: str) -> str:
        """A draft's id."""
        return str((await self.write(**words)).json()["id"])

    async def submit(self, id: str) -> dict[str, Any]:
        """Submit and let the job run; the template as it stands then."""
        assert (await self.call("PUT", f"/{id}/submission")).status_code == 200
        await self.work(SUBMIT, template_id=id)
        return await self.read(id)

    async def read(self, id: str) -> dict[str, Any]:
        """One template."""
        return dict((await self.call("GET", f"/{id}")).json())

    async def work(self, job: str, **payload: Any) -> None:
        """Run a job of this shop."""
        await JOBS[job](self._services, {"business_id": str(self._shop.business_id), **payload})


@pytest.fixture
def owner(client: httpx.AsyncClient, shop: Shop, services: Services) -> Owner:
    """Rosa."""
    return Owner(client, shop, services)


async def test_a_template_is_written_submitted_and_approved(
    owner: Owner, whatsapp: PlayedWhatsapp, database: TestDatabase
) -> None:
    made = await owner.write()
    assert made.status_code == 201, made.text
    draft = made.json()
    assert (draft["state"], draft["variables"], draft["editable"], draft["sendable"]) == (
        "draft", ["name", "missing", "reward", "business"], True, False,
    )  # fmt: skip
    assert draft["preview"]["text"].startswith("Hola Ana, te faltan 3 sellos para un café gratis en Café Luna")
    assert [button["kind"] for button in draft["preview"]["buttons"]] == ["link", "opt_out"]

    waiting = (await owner.call("PUT", f"/{draft['id']}/submission")).json()
    assert (waiting["state"], waiting["editable"]) == ("submitting", False)
    whatsapp.switch(approval={"delay_ms": 60_000})
    reviewed = await owner.submit(draft["id"])
    assert (reviewed["state"], reviewed["approval"]) == ("in_review", "received")
    await owner.work(FOLLOW)
    assert (await owner.read(draft["id"]))["approval"] == "pending"
    whatsapp.switch()
    for _ in range(2):
        await owner.work(FOLLOW)
    approved = await owner.read(draft["id"])
    assert (approved["state"], approved["sendable"], approved["approved_category"]) == ("approved", True, "marketing")

    [content] = [line["template"] for line in whatsapp.ledger("content")][:1]
    card = content["types"]["whatsapp/card"]
    assert card["body"] == "Hola {{1}}, te faltan {{2}} sellos para {{3}} en {{4}}, ¡te esperamos pronto!"
    assert card["actions"] == [
        {"type": "URL", "title": "Ver mi tarjeta", "url": "http://127.0.0.1:8000/k/{{5}}"},
        {"type": "QUICK_REPLY", "title": "No recibir más", "id": "opt_out"},
    ]
    facts = database.rows(
        "SELECT kind, payload ->> 'approval' FROM events WHERE payload ->> 'template_id' = %s ORDER BY id", draft["id"]
    )
    assert facts == [
        ("TemplateSubmitted", None), ("TemplateDecided", "received"), ("TemplateDecided", "pending"),
        ("TemplateDecided", "approved"),
    ]  # fmt: skip


async def test_what_whatsapp_would_refuse_is_refused_when_it_is_saved(owner: Owner, shop: Shop) -> None:
    answer = await owner.write("Hola {{nombre}}, te esperamos en el local.")
    assert refused(answer, 422, "template_variable_unknown")["variable"] == "nombre"
    refused(await owner.write("{{name}}, te esperamos en el local hoy."), 422, "template_variable_edge")
    await owner.draft()
    refused(await owner.write(name="VUELVE"), 409, "template_name_taken")
    listed = (await owner.call("GET", "")).json()
    assert [one["name"] for one in listed["templates"]] == ["Vuelve"]
    assert listed["next"] is None


async def test_a_draft_is_previewed_as_it_is_typed(owner: Owner) -> None:
    answer = await owner.call("POST", "/previews", {"category": "utility", "body": "Hola {{nombre}} {{name}}"})
    preview = answer.json()
    assert [problem["code"] for problem in preview["problems"]] == [
        "template_variable_unknown", "template_variable_edge", "template_variables_adjacent", "template_too_few_words",
    ]  # fmt: skip
    assert preview["problems"][0]["variable"] == "nombre"
    assert [button["kind"] for button in preview["preview"]["buttons"]] == ["link"]
    assert preview["preview"]["text"] == "Hola {{nombre}} Ana"


async def test_a_rejected_one_says_why_is_mended_and_submitted_again(owner: Owner, whatsapp: PlayedWhatsapp) -> None:
    id = await owner.draft()
    whatsapp.switch(approval={"verdict": "rejected", "reason": "PROMOTIONAL"})
    await owner.submit(id)
    await owner.work(FOLLOW)
    rejected = await owner.read(id)
    assert (rejected["state"], rejected["rejection_reason"], rejected["editable"]) == ("rejected", "PROMOTIONAL", True)
    refused(await owner.call("PUT", f"/{id}/submission"), 409, "template_submitted")
    words = {"name": "Vuelve", "language": "es", "category": "marketing", "body": BODY + " ¡Ven!"}
    mended = (await owner.call("PUT", f"/{id}", words)).json()
    assert (mended["state"], mended["rejection_reason"]) == ("draft", None)
    whatsapp.switch()
    await owner.submit(id)
    await owner.work(FOLLOW)
    assert (await owner.read(id))["state"] == "approved"
    refused(await owner.call("PUT", f"/{id}", words), 409, "template_submitted")
    names = {line["template"]["name"] for line in whatsapp.ledger("content")}
    assert len(names) == 2  # a name that was rejected is not used again


async def test_a_worker_that_dies_on_the_way_submits_nothing_twice(
    owner: Owner, whatsapp: PlayedWhatsapp, database: TestDatabase
) -> None:
    id = await owner.draft()
    await owner.submit(id)
    # As if it had died after the content was made and before its sid was kept; then once more after keeping it.
    database.rows(
        """
        UPDATE message_templates SET content_sid = NULL, approval = NULL, approval_at = NULL,
          approved_category = NULL, submitted_at = NULL
        WHERE id = %s RETURNING 1
        """,
        id,
    )
    for _ in range(2):
        await owner.work(SUBMIT, template_id=id)
    assert (await owner.read(id))["state"] == "approved"
    assert len({line["template"]["sid"] for line in whatsapp.ledger("content")}) == 1


async def test_an_unreachable_provider_leaves_it_to_the_next_try(
    owner: Owner, whatsapp: PlayedWhatsapp, services: Services, shop: Shop
) -> None:
    id = await owner.draft()
    await owner.call("PUT", f"/{id}/submission")
    nobody = TwilioWhatsapp(replace(whatsapp.account, base_url="http://127.0.0.1:9"))
    payload = {"business_id": str(shop.business_id), "template_id": id}
    with pytest.raises(Unreachable):
        await JOBS[SUBMIT](replace(services, whatsapp=nobody), payload)
    await nobody.close()
    assert (await owner.read(id))["state"] == "submitting"
    await JOBS[LOOK](services, {})
    await owner.work(FOLLOW)
    await owner.work(FOLLOW)
    assert (await owner.read(id))["state"] == "approved"


async def test_what_meta_takes_back_or_puts_elsewhere_is_told(
    owner: Owner, whatsapp: PlayedWhatsapp, database: TestDatabase, shop: Shop
) -> None:
    id = await owner.draft(category="utility")
    campaign = database.rows(
        """
        INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, activated_at)
        VALUES (%s, new_id(), 'Vuelve', 'inactivity', '{"kind": "inactivity", "days": 14}', %s, app_now()) RETURNING id
        """,
        shop.business_id, id,
    )  # fmt: skip
    whatsapp.switch(approval={"category": "MARKETING"})
    await owner.submit(id)
    await owner.work(FOLLOW)
    moved = await owner.read(id)
    assert (moved["state"], moved["approved_category"], moved["recategorised"]) == ("approved", "marketing", True)
    whatsapp.switch(approval={"verdict": "paused", "reason": "LOW_QUALITY"})
    await owner.work(FOLLOW, approved=True)
    paused = await owner.read(id)
    assert (paused["state"], paused["sendable"], paused["rejection_reason"]) == ("paused", False, "LOW_QUALITY")
    assert database.rows("SELECT paused_why FROM campaigns WHERE id = %s", campaign[0][0]) == [("template",)]
    whatsapp.switch()
    await owner.work(FOLLOW)
    assert (await owner.read(id))["state"] == "approved"


async def test_looks_are_queued_for_the_shops_they_are_for(
    owner: Owner, services: Services, shop: Shop, database: TestDatabase
) -> None:
    id = await owner.draft()
    await owner.call("PUT", f"/{id}/submission")
    for job in (LOOK, LOOK_AGAIN):
        await JOBS[job](services, {})
    queued = "SELECT count(*) FROM pgqueuer WHERE entrypoint = %s AND convert_from(payload, 'UTF8') LIKE %s"
    assert database.rows(queued, FOLLOW, f"%{shop.business_id}%") == [(1,)]


async def test_one_that_is_not_needed_is_put_away(owner: Owner, services: Services) -> None:
    id = await owner.draft()
    for _ in range(2):
        assert (await owner.call("DELETE", f"/{id}")).status_code == 204
    assert (await owner.call("GET", "")).json()["templates"] == []
    assert [one["state"] for one in (await owner.call("GET", "?archived=true")).json()["templates"]] == ["archived"]
    assert (await owner.write()).status_code == 201  # its name is free again
    refused(await owner.call("PUT", f"/{id}/submission"), 409, "template_submitted")


async def test_the_library_speaks_both_languages(client: httpx.AsyncClient, shop: Shop) -> None:
    found = await client.get("/api/v1/template-starters?language=es", headers=shop.diego.headers)
    starters = found.json()["starters"]
    assert {one["language"] for one in starters} == {"es"}
    assert all(one["preview"]["text"] and "{{" not in one["preview"]["text"] for one in starters)
