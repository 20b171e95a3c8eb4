"""A campaign's life: a draft that changes, a start that fixes what is measured, pauses, an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.campaign.rules import RATES, is_quiet, next_loud, price_of
from sello.shared.ids import new_id
from tests.support.campaigns import Campaigns, agree, template
from tests.support.shop import Shop


async def patch(campaigns: Campaigns, campaign: dict[str, Any], **changes: Any) -> httpx.Response:
    return await campaigns.client.patch(
        f"/api/v1/campaigns/{campaign['id']}", json=changes, headers=campaigns.shop.rosa.headers
    )


async def test_a_draft_changes_and_a_started_one_keeps_what_is_measured(campaigns: Campaigns, shop: Shop) -> None:
    draft = await campaigns.make({"kind": "inactivity"}, template_id=template(shop, approval="pending"))
    assert (draft["state"], draft["trigger"]) == (
        "draft", {"kind": "inactivity", "days_inactive": 14, "at_most_days": 180},
    )  # fmt: skip
    refused = await campaigns.put(draft, "activation")
    assert (refused.status_code, refused.json()["code"]) == (409, "template_not_approved")
    changed = await patch(
        campaigns, draft, trigger={"kind": "birthday"}, discount_percent=None, gift="Torta", template_id=template(shop)
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["gift"], changed.json()["discount_percent"]) == ("Torta", None)
    assert (await patch(campaigns, draft, discount_percent=10)).json()["code"] == "invalid", "a gift and a discount"
    assert (await campaigns.put(draft, "activation")).json()["state"] == "active"
    assert (await campaigns.put(draft, "activation")).json()["state"] == "active", "twice is once"
    for change in ({"gift": "Otra"}, {"holdout_percent": 0, "trigger": {"kind": "inactivity"}}, {"code_days": 3}):
        assert (await patch(campaigns, draft, **change)).json()["code"] == "campaign_fixed"
    kept = await patch(campaigns, draft, name="Cumpleaños", budget_centimos=5000, quiet_from="21:00")
    assert (kept.status_code, kept.json()["name"], kept.json()["quiet_from"]) == (200, "Cumpleaños", "21:00")
    facts = campaigns.database.rows(
        "SELECT kind FROM events WHERE business_id = %s AND kind LIKE 'Campaign%%' ORDER BY id", shop.business_id
    )
    assert facts == [("CampaignActivated",)]


async def test_it_is_held_goes_on_and_ends_for_ever(campaigns: Campaigns, shop: Shop) -> None:
    campaign = await campaigns.start({"kind": "inactivity"})
    held = (await campaigns.put(campaign, "pause")).json()
    assert (held["state"], held["paused_why"]) == ("paused", "owner")
    assert (await campaigns.put(campaign, "pause")).json()["state"] == "paused"
    assert (await campaigns.put(campaign, "pause", method="DELETE")).json()["state"] == "active"
    assert (await campaigns.put(campaign, "end")).json()["state"] == "ended"
    assert (await campaigns.put(campaign, "pause")).json()["code"] == "campaign_not_active"
    assert (await campaigns.put(campaign, "pause", method="DELETE")).json()["code"] == "campaign_ended"
    assert (await campaigns.put(campaign, "activation")).json()["code"] == "campaign_ended"
    assert (await patch(campaigns, campaign, name="Nueva")).json()["code"] == "campaign_ended"
    audited = campaigns.database.rows(
        "SELECT action FROM audit_log WHERE business_id = %s AND action LIKE 'campaign.%%' ORDER BY id",
        shop.business_id,
    )
    assert [action for (action,) in audited] == [
        "campaign.activated", "campaign.paused", "campaign.resumed", "campaign.ended",
    ]  # fmt: skip


async def test_drafts_that_were_thrown_away_are_not_listed(campaigns: Campaigns, shop: Shop) -> None:
    made = [await campaigns.make({"kind": "inactivity"}, name=f"Campaña {number}") for number in range(3)]
    await campaigns.put(made[1], "end")
    first = await campaigns.get("campaigns", limit=1)
    assert [one["id"] for one in first["campaigns"]] == [made[2]["id"]]
    rest = await campaigns.get("campaigns", limit=1, cursor=first["next"])
    assert ([one["id"] for one in rest["campaigns"]], rest["next"]) == ([made[0]["id"]], None)
    assert (await campaigns.get("campaigns", state="active"))["campaigns"] == []


async def test_the_same_order_twice_is_one_campaign(campaigns: Campaigns, shop: Shop) -> None:
    ana = shop.card()
    agree(shop, ana)
    body = {
        "id": str(new_id()), "name": "Para Ana", "template_id": template(shop),
        "trigger": {"kind": "segment", "customer_ids": [str(ana.customer_id)] * 2},
    }  # fmt: skip
    answers = [await campaigns.client.post("/api/v1/campaigns", json=body, headers=shop.rosa.headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["trigger"] == {"kind": "segment", "customers": 1}
    other = await campaigns.client.post(
        "/api/v1/campaigns", json=body | {"name": "Para nadie"}, headers=shop.rosa.headers
    )
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "no"}, {"discount_percent": 4}, {"discount_percent": 51}, {"gift": "Torta", "discount_percent": 10},
        {"code_days": 0}, {"holdout_percent": 51}, {"budget_centimos": 0}, {"quiet_from": "24:00"},
        {"trigger": {"kind": "inactivity", "days_inactive": 6}},
        {"trigger": {"kind": "inactivity", "days_inactive": 31}},
        {"trigger": {"kind": "milestone", "visit": 1}}, {"trigger": {"kind": "segment", "customer_ids": []}},
        {"trigger": {"kind": "segment", "customers": 3}}, {"trigger": {"kind": "weather"}}, {"more": 1},
    ],
)  # fmt: skip
async def test_what_is_out_of_bounds_is_refused(campaigns: Campaigns, shop: Shop, change: dict[str, Any]) -> None:
    body = {
        "id": str(new_id()), "name": "Vuelve", "template_id": template(shop), "trigger": {"kind": "inactivity"},
    }  # fmt: skip
    answer = await campaigns.client.post("/api/v1/campaigns", json=body | change, headers=shop.rosa.headers)
    assert answer.status_code == 422, answer.text


async def test_a_code_that_is_promised_has_to_be_given(campaigns: Campaigns) -> None:
    campaign = await campaigns.make({"kind": "inactivity"}, discount_percent=None)
    assert (await campaigns.put(campaign, "activation")).json()["code"] == "variable_unanswered"


LIMA_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "quiet", "wait"),
    [
        (0, (1200, 540), 0), (8, (1200, 540), 13), (14, (1200, 540), 7), (20.99, (1200, 540), 0.01),
        (21, (1200, 540), 0),
        (0, (0, 0), 0), (0, (720, 780), 1), (1, (720, 780), 0),
    ],
)  # fmt: skip
def test_quiet_hours_go_over_midnight(hours: float, quiet: tuple[int, int], wait: float) -> None:
    moment = LIMA_NOON + timedelta(hours=hours)
    loud = next_loud(moment, "America/Lima", *quiet)
    assert loud - moment <= timedelta(hours=wait)
    assert loud >= moment
    if wait >= 1:
        assert loud - moment == timedelta(hours=wait)
    local = (loud.hour - 5) % 24 * 60 + loud.minute
    assert not is_quiet(local, *quiet)


def test_a_message_costs_what_the_card_of_its_day_says() -> None:
    assert price_of("marketing", RATES[-1].since) == RATES[-1].marketing
    assert price_of("utility", RATES[0].since - timedelta(days=1)) == RATES[0].utility
    assert [rate.since for rate in RATES] == sorted(rate.since for rate in RATES)
