"""Phones that show passes, as their five calls; and a change as the job notes it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from sello.entry.settings import Settings
from tests.support.passes import Read, read
from tests.support.shop import Shop, TestCard

# What the job that notes a change does to a card's passes: taken last, so that tags are seen in their order.
NOTE = """
    WITH taken AS (
      INSERT INTO wallet_tags AS g (pass_type_id, last) VALUES ('pass.pe.sello.cards', 1)
      ON CONFLICT (pass_type_id) DO UPDATE SET last = g.last + 1 RETURNING last
    )
    UPDATE wallet_passes p SET tag = taken.last, changed_at = app_now(), noted_seq = c.seq
    FROM taken, cards c WHERE p.card_id = %s AND c.id = p.card_id
"""


class Phones:
    """A shop, its cards' passes and the phones that show them."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, settings: Settings, folder: Path) -> None:
        self.client = client
        self.shop = shop
        self.settings = settings
        self.folder = folder

    async def issued(self, card: TestCard) -> Read:
        """The pass of a card."""
        answer = await self.client.get(f"/c/{self.shop.code}{card.link}/apple")
        return read(answer.content, self.folder, root=self.settings.sello_home / "apple" / "root.pem")

    async def register(self, one: Read, device: str, push: str = "ab" * 32, **changes: Any) -> httpx.Response:
        """A phone wants to hear of it."""
        headers = changes.pop("headers", one.token)
        path = changes.pop("path", one.path)
        url = f"/passkit/v1/devices/{device}/registrations/{path}"
        return await self.client.post(url, json={"pushToken": push}, headers=headers, **changes)

    async def unregister(self, one: Read, device: str) -> httpx.Response:
        """It does not any more."""
        return await self.client.delete(f"/passkit/v1/devices/{device}/registrations/{one.path}", headers=one.token)

    async def changed(self, device: str, since: str | None = None, kind: str = "pass.pe.sello.cards") -> Any:
        """What has changed for it: (serials, tag), or None for 204."""
        params = {} if since is None else {"passesUpdatedSince": since}
        answer = await self.client.get(f"/passkit/v1/devices/{device}/registrations/{kind}", params=params)
        if answer.status_code == 204:
            return None
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert set(body) == {"serialNumbers", "lastUpdated"}
        return sorted(body["serialNumbers"]), body["lastUpdated"]

    async def fetch(self, one: Read, *, since: str | None = None, method: str = "GET") -> httpx.Response:
        """The pass as it is now."""
        headers = one.token | ({"If-Modified-Since": since} if since else {})
        return await self.client.request(method, f"/passkit/v1/passes/{one.path}", headers=headers)

    async def stamp(self, card: TestCard) -> None:
        """One more, noted as the job does."""
        answer = await self.client.post("/api/v1/stamps", json=self.shop.stamp(card), headers=self.shop.diego.headers)
        assert answer.status_code == 201
        self.note(card)

    def note(self, card: TestCard) -> None:
        """The card's passes have changed."""
        with self.shop.connect() as connection:
            connection.execute(NOTE, (card.id,))

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Rows as the owner sees them."""
        with self.shop.connect() as connection:
            return connection.execute(sql.encode(), values).fetchall()

    def phones(self, one: Read) -> list[str]:
        """Which phones are registered for a pass."""
        found = self.rows(
            "SELECT d.device_id FROM wallet_registrations r JOIN wallet_devices d ON d.id = r.device"
            " JOIN wallet_passes p ON p.id = r.pass_id WHERE p.serial = %s ORDER BY 1",
            one.serial,
        )
        return [device for (device,) in found]

    def events(self, one: Read) -> list[tuple[str, dict[str, Any]]]:
        """What happened to a pass, in its order."""
        return self.rows(
            "SELECT e.kind, e.details FROM wallet_events e JOIN wallet_passes p ON p.id = e.pass_id"
            " WHERE p.serial = %s ORDER BY e.number",
            one.serial,
        )


def a_phone() -> str:
    """An id as Apple makes them."""
    return uuid4().hex
