"""A shared tablet at the counter: enrolled, renewed and switched over HTTP, as its own programme would."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from sello.shared.ids import AccountId, new_id
from tests.support.shop import Person, Shop, TestCard


@dataclass
class Tablet:
    """A till and the tokens it holds."""

    client: httpx.AsyncClient
    shop: Shop
    id: str
    access_token: str
    device_token: str

    @property
    def headers(self) -> dict[str, str]:
        """The bearer header of the till itself."""
        return {"Authorization": f"Bearer {self.access_token}"}

    def took(self, answer: httpx.Response) -> None:
        """Keep the tokens of an answer that arrived."""
        said = answer.json()
        self.access_token, self.device_token = said["access_token"], said["device_token"]

    async def renew(self, token: str | None = None) -> httpx.Response:
        """Ask for the next tokens, and keep them if they come and no other token was shown."""
        shown = token or self.device_token
        answer = await self.client.post("/api/v1/auth/devices/renewals", json={"device_token": shown})
        if answer.is_success and token is None:
            self.took(answer)
        return answer

    async def switch(self, person: Person, pin: str) -> httpx.Response:
        """Somebody types their PIN."""
        body = {"account_id": str(person.account_id), "pin": pin}
        return await self.client.post("/api/v1/auth/pin", json=body, headers=self.headers)

    async def upload(self, *stamps: dict[str, Any]) -> list[tuple[str, str | None]]:
        """Send a queue by the till itself; (outcome, code of the refusal) of each stamp."""
        answer = await self.client.post("/api/v1/stamps/batches", json={"stamps": stamps}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return [(one["outcome"], one["refusal"] and one["refusal"]["code"]) for one in answer.json()["outcomes"]]

    def tapped(self, card: TestCard, by: Person | AccountId, *, at: datetime | None = None) -> dict[str, Any]:
        """A stamp in the queue, given by somebody, now or then."""
        giver = by.account_id if isinstance(by, Person) else by
        return self.shop.stamp(card, given_by=str(giver), occurred_at=(at or datetime.now(UTC)).isoformat())


async def enrol(client: httpx.AsyncClient, shop: Shop, **more: Any) -> Tablet:
    """A tablet that Rosa enrolled with her own hands."""
    body = {"id": str(new_id()), "name": "Tablet"} | more
    answer = await client.post("/api/v1/devices", json=body, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    return Tablet(client, shop, said["device_id"], said["access_token"], said["device_token"])


async def set_pin(client: httpx.AsyncClient, person: Person, pin: str) -> None:
    """Somebody chooses a PIN."""
    answer = await client.put("/api/v1/auth/pin", json={"pin": pin}, headers=person.headers)
    assert answer.status_code == 204, answer.text


def bearer(answer: httpx.Response) -> dict[str, str]:
    """The header of the access token in an answer."""
    assert answer.is_success, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert a refusal with a sentence; its details."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len(answer.json()["message"]) > 10
    return dict(answer.json()["details"])
