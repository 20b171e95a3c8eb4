"""A discount code: found as it was typed, used once in its time, taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from sello.domains.campaign.codes.rules import read_code
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from sello.shared.metrics import REGISTRY
from tests.support.campaigns import Campaigns, agree
from tests.support.evenings import past
from tests.support.shop import Person, Shop, TestCard
from tests.support.till import Till


@pytest.fixture
async def ana(campaigns: Campaigns, shop: Shop) -> TestCard:
    """Ana has a code in a message that left."""
    ana = shop.card(name="Ana Torres")
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    campaign = await campaigns.start({"kind": "inactivity"}, code_days=3)
    await campaigns.plan(campaign)
    return ana


async def only_code(campaigns: Campaigns, shop: Shop, ana: TestCard) -> dict[str, Any]:
    with shop.connect() as connection:
        connection.execute(
            "UPDATE campaign_sends SET claims = 1, claimed_at = app_now(), accepted_at = app_now(), rank = 2,"
            " sid = 'SM' || replace(id::text, '-', '') WHERE customer_id = %s",
            (ana.customer_id,),
        )
        connection.execute(
            "UPDATE campaigns c SET committed_micros = (SELECT sum(cost_micros) FROM campaign_sends s"
            " WHERE s.campaign_id = c.id) WHERE c.business_id = %s",
            (shop.business_id,),
        )
    codes = (await campaigns.get(f"customers/{ana.customer_id}/discount-codes"))["codes"]
    assert len(codes) == 1
    return dict(codes[0])


def counted(campaign_id: UUID) -> float:
    return REGISTRY.get_sample_value("campaign_redemptions_total", {"campaign_id": str(campaign_id)}) or 0.0


async def use(client: httpx.AsyncClient, by: Person, code: str, **body: Any) -> httpx.Response:
    return await client.put(
        f"/api/v1/discount-codes/{code}/redemption", json={"id": str(new_id())} | body, headers=by.headers
    )


async def take_back(client: httpx.AsyncClient, by: Person, code: str) -> httpx.Response:
    return await client.delete(f"/api/v1/discount-codes/{code}/redemption", headers=by.headers)


async def test_it_is_found_used_and_taken_back(
    campaigns: Campaigns, client: httpx.AsyncClient, shop: Shop, ana: TestCard
) -> None:
    assert (await campaigns.get(f"customers/{ana.customer_id}/discount-codes"))["codes"] == [], "it has not left yet"
    code = await only_code(campaigns, shop, ana)
    assert (code["state"], code["percent"], code["customer_name"]) == ("usable", 20, "Ana")
    typed = code["code"].lower().replace("-", " ")
    assert (await campaigns.get(f"discount-codes/{typed}"))["code"] == code["code"]
    mine = str(new_id())
    campaign = campaigns.database.rows(
        "SELECT campaign_id FROM discount_codes WHERE business_id = %s", shop.business_id
    )
    before = counted(campaign[0][0])
    first = await use(client, shop.diego, typed, id=mine, amount_centimos=2500)
    assert first.status_code == 200, first.text
    assert (first.json()["state"], first.json()["used_by"], first.json()["amount_centimos"]) == (
        "used", "Diego Ramos", 2500,
    )  # fmt: skip
    assert (await use(client, shop.diego, typed, id=mine)).json() == first.json(), "the same call again"
    assert counted(campaign[0][0]) == before + 1
    second = await use(client, shop.rosa, code["code"])
    assert (second.status_code, second.json()["code"]) == (409, "code_used")
    assert (await use(client, shop.rosa, code["code"], id=mine)).json()["code"] == "id_reused"
    back = await take_back(client, shop.diego, code["code"])
    assert (back.status_code, back.json()["state"]) == (200, "usable")
    assert (await take_back(client, shop.diego, code["code"])).json()["code"] == "code_not_used"
    assert (await use(client, shop.diego, code["code"])).status_code == 200
    kinds = campaigns.database.rows(
        "SELECT kind FROM events WHERE business_id = %s AND kind LIKE 'CodeRed%%' ORDER BY id", shop.business_id
    )
    assert [kind for (kind,) in kinds] == ["CodeRedeemed", "CodeRedemptionVoided", "CodeRedeemed"]


async def test_after_a_minute_only_the_owner_takes_it_back(
    campaigns: Campaigns, client: httpx.AsyncClient, shop: Shop, ana: TestCard, till: Till
) -> None:
    code = (await only_code(campaigns, shop, ana))["code"]
    await use(client, shop.diego, code)
    till.pass_time(timedelta(seconds=61))
    assert (await take_back(client, shop.diego, code)).json()["code"] == "not_voidable"
    assert (await take_back(client, shop.rosa, code)).status_code == 200
    said = campaigns.database.rows(
        "SELECT count(*) FROM audit_log WHERE business_id = %s AND action = 'code.redemption_voided'", shop.business_id
    )
    assert said == [(1,)]


async def test_it_is_good_for_its_days_and_not_a_moment_longer(
    campaigns: Campaigns, client: httpx.AsyncClient, shop: Shop, ana: TestCard, till: Till
) -> None:
    code = await only_code(campaigns, shop, ana)
    left = campaigns.database.rows("SELECT expires_at - app_now() FROM discount_codes WHERE customer_id = %s",
                                   ana.customer_id)[0][0]  # fmt: skip
    assert timedelta(days=3) < left <= timedelta(days=4)
    till.pass_time(left + timedelta(seconds=1))
    refused = await use(client, shop.diego, code["code"])
    assert (refused.status_code, refused.json()["code"]) == (409, "code_expired")


async def test_what_never_went_out_is_worth_nothing(
    campaigns: Campaigns, client: httpx.AsyncClient, shop: Shop, ana: TestCard
) -> None:
    from sello.domains.campaign.planning.queries import release_visited

    code = campaigns.database.rows("SELECT code FROM discount_codes WHERE customer_id = %s", ana.customer_id)[0][0]
    assert len(await release_visited(campaigns.db, shop.business_id, ana.customer_id)) == 1
    assert (await use(client, shop.diego, code)).json()["code"] == "code_withdrawn"


async def test_a_neighbours_code_and_a_strange_till_are_unknown(
    campaigns: Campaigns, client: httpx.AsyncClient, shop: Shop, neighbour: Shop, ana: TestCard
) -> None:
    code = (await only_code(campaigns, shop, ana))["code"]
    assert (await use(client, neighbour.diego, code)).json()["code"] == "code_not_found"
    assert (await use(client, shop.diego, code, device_id=str(new_id()))).json()["code"] == "device_unknown"
    assert (await use(client, shop.diego, code, branch_id=str(new_id()))).json()["code"] == "branch_unknown"
    assert (await client.get("/api/v1/discount-codes/ABC", headers=shop.diego.headers)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "code"),
    [("abcd-efgh-jkmnp", "ABCDEFGHJKMNP"), (" o1l0 iiii 00000", "0110111100000"), ("ABCDEFGHJKMNP", "ABCDEFGHJKMNP")],
)
def test_codes_are_read_as_people_write_them(typed: str, code: str) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCD-EFGH-JKMNPQ", "ABCD-EFGH-JKMN!", "ÁBCD-EFGH-JKMNP", "UUUU-UUUU-UUUUU"]
)
def test_what_is_no_code_is_not_found(typed: str) -> None:
    with pytest.raises(Refused):
        read_code(typed)
