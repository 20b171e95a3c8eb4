"""What may go out is looked at anew at the moment of the claim, under the locks."""

import asyncio
import itertools
from datetime import timedelta

import httpx
import pytest

from sello.domains.campaign.outcomes.actions import record
from sello.domains.campaign.outcomes.rules import Again, Answered, Lost, Refusal, Took
from sello.domains.campaign.sending.actions import Claimed, claim_due, take_places
from sello.domains.campaign.sending.queries import due_shops
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.whatsapp import SIMULATED
from sello.shared.ids import SendId, new_id
from tests.support.sending import Waiting, phones, waiting_messages
from tests.support.shop import Shop, make_shop


@pytest.fixture
def waiting(shop: Shop) -> Waiting:
    first = 10_000_000 + shop.business_id.int % 40_000_000
    return waiting_messages(shop, phones(3, first=first), content_sid=f"HX{new_id().hex}")


async def claim(db: TenantPool, settings: Settings, waiting: Waiting, *, most: int = 50) -> list[Claimed]:
    turn = await claim_due(db, settings.keys, waiting.business_id, sender=SIMULATED.number, daily=None, most=most)
    return turn.claimed


def sid_of(send_id: SendId) -> str:
    return f"SM{send_id.hex}"


async def test_what_is_due_is_claimed_once(db: TenantPool, settings: Settings, waiting: Waiting) -> None:
    first = await claim(db, settings, waiting, most=2)
    rest = await claim(db, settings, waiting)
    assert {one.phone for one in first + rest} == set(waiting.sends)
    assert (len(first), len(rest), await claim(db, settings, waiting)) == (2, 1, [])
    [(committed,)] = waiting.execute("SELECT committed_micros FROM campaigns WHERE id = %s", waiting.campaign_id)
    assert committed == 3 * 260_000


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE customers SET confirmed_at = NULL WHERE id = {customer}", "unconfirmed"),
        ("INSERT INTO whatsapp_contacts (business_id, customer_id, invalid_at) VALUES ({shop}, {customer}, now())",
         "invalid"),
        ("INSERT INTO whatsapp_contacts (business_id, customer_id, blocked_at) VALUES ({shop}, {customer}, now())",
         "blocked"),
        ("INSERT INTO whatsapp_contacts (business_id, customer_id, unreachable_at) VALUES ({shop}, {customer}, now())",
         "unreachable"),
        ("INSERT INTO whatsapp_contacts (business_id, customer_id, stopped_at) VALUES ({shop}, {customer}, now())",
         "stopped"),
        ("""INSERT INTO whatsapp_contacts (business_id, customer_id, pause_until, pauses)
              VALUES ({shop}, {customer}, now() + interval '1 day', 1)""", "held_back"),
        ("UPDATE campaigns SET ended_at = now() WHERE id = {campaign}", "ended"),
        ("UPDATE campaigns SET paused_at = now(), paused_why = 'owner' WHERE id = {campaign}", "waiting"),
        ("UPDATE campaigns SET quiet_from = 0, quiet_until = 1439 WHERE id = {campaign}", "waiting"),
        ("UPDATE message_templates SET approval = 'paused' WHERE id = {template}", "waiting"),
        ("UPDATE businesses SET suspended_at = now() WHERE id = {shop}", "waiting"),
        ("UPDATE businesses SET closed_at = now() WHERE id = {shop}", "shop_closed"),
        ("UPDATE campaign_sends SET planned_at = planned_at - interval '8 days' WHERE id = {send}", "late"),
    ],
    ids=lambda text: text if " " not in text else "",
)  # fmt: skip
async def test_what_speaks_against_it_is_seen_at_the_claim(
    db: TenantPool, settings: Settings, waiting: Waiting, change: str, why: str
) -> None:
    (phone, (send, customer)), *_ = waiting.sends.items()
    with waiting.shop.connect() as connection, connection.transaction(force_rollback=False):
        connection.execute(
            change.format(**{
                name: f"'{value}'"
                for name, value in {
                    "shop": waiting.business_id, "customer": customer, "send": send,
                    "campaign": waiting.campaign_id, "template": waiting.template_id,
                }.items()
            }).encode()
        )  # fmt: skip
    claimed = await claim(db, settings, waiting)
    assert phone not in {one.phone for one in claimed}
    assert waiting.states()[phone] == why
    if why != "waiting":
        [(freed, withdrawn)] = waiting.execute(
            "SELECT w.freed_at IS NOT NULL, d.withdrawn_at IS NOT NULL FROM send_windows w"
            " JOIN discount_codes d USING (business_id, send_id) WHERE w.send_id = %s", send,
        )  # fmt: skip
        assert (freed, withdrawn) == (True, True)


async def test_what_a_pause_put_off_is_due_when_its_owner_goes_on(
    client: httpx.AsyncClient, db: TenantPool, settings: Settings, waiting: Waiting
) -> None:
    path, rosa = f"/api/v1/campaigns/{waiting.campaign_id}/pause", waiting.shop.rosa.headers
    assert (await client.put(path, headers=rosa)).status_code == 200
    assert await claim(db, settings, waiting) == []
    assert (await client.delete(path, headers=rosa)).status_code == 200
    assert len(await claim(db, settings, waiting)) == 3


async def test_of_two_who_claim_at_once_nobody_gets_the_same(
    db: TenantPool, settings: Settings, waiting: Waiting
) -> None:
    turns = await asyncio.gather(*(claim(db, settings, waiting, most=1) for _ in range(12)))
    claimed = [one.phone for turn in turns for one in turn] + [one.phone for one in await claim(db, settings, waiting)]
    assert sorted(claimed) == sorted(waiting.sends)


async def test_a_budget_stops_the_campaign_and_tells_its_owner(db: TenantPool, settings: Settings, shop: Shop) -> None:
    first = 10_000_000 + shop.business_id.int % 40_000_000
    waiting = waiting_messages(shop, phones(5, first=first), content_sid=f"HX{new_id().hex}", budget=60)
    assert len(await claim(db, settings, waiting)) == 2  # S/ 0.26 each
    [(why,)] = waiting.execute("SELECT paused_why FROM campaigns WHERE id = %s", waiting.campaign_id)
    alerts = waiting.execute("SELECT kind FROM campaign_alerts WHERE campaign_id = %s", waiting.campaign_id)
    assert (why, alerts) == ("budget", [("budget_spent",)])
    assert sorted(waiting.states().values()) == ["claimed", "claimed", "waiting", "waiting", "waiting"]


async def test_a_phone_is_written_to_twice_a_week_by_all_shops_of_a_number(
    db: TenantPool, settings: Settings, waiting: Waiting, neighbour: Shop
) -> None:
    others = [
        waiting_messages(shop, list(waiting.sends), content_sid=f"HX{new_id().hex}")
        for shop in (neighbour, make_shop(settings))
    ]
    got = [len(await claim(db, settings, one)) for one in (waiting, *others)]
    assert got == [3, 3, 0]
    assert set(others[1].states().values()) == {"phone_cap"}


async def test_people_of_a_day_are_counted_over_all_shops(db: TenantPool, settings: Settings, waiting: Waiting) -> None:
    other_number = "+15005550077"
    waiting.execute("UPDATE campaign_sends SET sender = %s WHERE campaign_id = %s", other_number, waiting.campaign_id)
    turn = await claim_due(db, settings.keys, waiting.business_id, sender=other_number, daily=2, most=50)
    assert (turn.looked_at, len(turn.claimed)) == (3, 2)
    again = await claim_due(db, settings.keys, waiting.business_id, sender=other_number, daily=2, most=50)
    assert again.looked_at == 0  # put off, and not in the way of others


async def test_another_message_within_the_week_ends_the_claim(
    db: TenantPool, settings: Settings, waiting: Waiting
) -> None:
    (phone, (send, _)), *_ = waiting.sends.items()
    waiting.execute("UPDATE campaign_sends SET due_at = due_at + interval '1 day' WHERE id = %s", send)
    other = new_id()
    waiting.execute(
        """
        WITH s AS (
          INSERT INTO campaign_sends SELECT (jsonb_populate_record(s, jsonb_build_object('id', %s::uuid,
            'planned_at', s.planned_at - interval '167 hours', 'due_at', s.planned_at))).*
          FROM campaign_sends s WHERE id = %s RETURNING business_id, id, customer_id, campaign_id, planned_at
        ), m AS (
          INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id, planned_at)
          SELECT business_id, campaign_id, customer_id, 'visit:2025-12-25', 'message', id, now() FROM s
        )
        INSERT INTO send_windows SELECT business_id, id, customer_id, planned_at - interval '2 hours',
          planned_at + interval '166 hours' FROM s
        """,
        other, send,
    )  # fmt: skip
    claimed = await claim(db, settings, waiting)
    assert other not in {one.id for one in claimed}
    assert waiting.execute("SELECT released_why FROM campaign_sends WHERE id = %s", other) == [("cap",)]
    assert phone not in {one.phone for one in claimed}


async def test_what_an_answer_means(db: TenantPool, settings: Settings, waiting: Waiting) -> None:
    took, lost, refused = await claim(db, settings, waiting)
    written = await record(
        db, settings.keys, waiting.business_id,
        [
            Answered(took.id, took.claim, Took(sid_of(took.id))),
            Answered(lost.id, lost.claim, Lost()),
            Answered(refused.id, refused.claim, Refusal(21211)),
        ],
    )  # fmt: skip
    assert dict(written.statuses) == {"accepted": 1, "unknown": 1, "refused": 1}
    states = waiting.states()
    assert [states[one.phone] for one in (took, lost, refused)] == ["accepted", "unknown", "refused"]
    [(committed,)] = waiting.execute("SELECT committed_micros FROM campaigns WHERE id = %s", waiting.campaign_id)
    assert committed == 2 * 260_000
    assert waiting.execute(
        "SELECT invalid_at IS NOT NULL FROM whatsapp_contacts WHERE customer_id = %s", waiting.sends[refused.phone][1]
    ) == [(True,)]
    assert await claim(db, settings, waiting) == []


async def test_what_was_not_taken_waits_again_and_an_answer_to_an_old_claim_changes_nothing(
    db: TenantPool, settings: Settings, waiting: Waiting
) -> None:
    one, *_ = await claim(db, settings, waiting, most=1)
    again = [Answered(one.id, one.claim, Again(timedelta(0)))]
    await record(db, settings.keys, waiting.business_id, again)
    assert waiting.states()[one.phone] == "waiting"
    claimed = {each.phone: each for each in await claim(db, settings, waiting)}
    assert claimed[one.phone].claim == 2
    for stale in (Again(timedelta(0)), Refusal(21211), Lost()):
        await record(db, settings.keys, waiting.business_id, [Answered(one.id, 1, stale)])
    assert waiting.states()[one.phone] == "claimed"


async def test_places_are_taken_once_by_whoever_asks(platform_db: PlatformPool) -> None:
    sender = "+15005550099"
    taken = await asyncio.gather(*(take_places(platform_db, sender=sender, count=7, rate=70) for _ in range(10)))
    waits = sorted(place.wait for place in taken)
    assert all(later - sooner > 0.05 for sooner, later in itertools.pairwise(waits))


async def test_shops_with_something_due_are_found_by_their_first_priority(
    platform_db: PlatformPool, settings: Settings, waiting: Waiting
) -> None:
    due = {shop.business_id: shop.priority for shop in await due_shops(platform_db, sender=SIMULATED.number)}
    assert due[waiting.business_id] == 5
