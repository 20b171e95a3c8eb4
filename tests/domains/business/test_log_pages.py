"""The log of a shop, read page by page."""

import httpx
import pytest

from tests.domains.business.people import refused, some_email
from tests.domains.business.test_staff import invite
from tests.support.shop import Shop


async def test_the_log_is_read_page_by_page(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    emails = [some_email() for _ in range(7)]
    for email in emails:
        await invite(client, shop.rosa.headers, email)
    await invite(client, neighbour.rosa.headers, emails[0])
    seen: list[str] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/audit-log", params=query, headers=shop.rosa.headers)).json()
        seen += [entry["id"] for entry in page["entries"]]
        assert all(entry["account_name"] == "Rosa Quispe" for entry in page["entries"])
        cursor, pages = page["next"], pages + 1
    assert (len(seen), len(set(seen)), pages) == (7, 7, 3)
    moments = page["entries"][0]["recorded_at"]
    assert isinstance(moments, str)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "\u00f1",
        "eHx4",
        "MjAyNi0wMS0wMXww",
        "MjAyNi0wMS0wMVQwMDowMDowMHwwMTk4ZjAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA=",
    ],
)
async def test_a_forged_place_in_the_log_is_refused(client: httpx.AsyncClient, shop: Shop, cursor: str) -> None:
    answer = await client.get("/api/v1/audit-log", params={"cursor": cursor}, headers=shop.rosa.headers)
    refused(answer, 422, "invalid")
