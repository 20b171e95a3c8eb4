"""What may go out is looked at anew at the moment of the claim, under the locks."""

import asyncio
from datetime import timedelta

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
from tests.support.shop import Shop


@pytest.fixture
def waiting(shop: Shop) -> Waiting:
    first = 10_000_000 + shop.business_id.int % 40_000_000
    return waiting_messages(shop, phones(3, first=first), content_sid=f"HX{new_id().hex}")


async def claim(db: TenantPool, settings: Settings, waiting: Waiting, *, most: int = 50) -> list[Claimed]:
    turn = await claim_due(
        db, settings.keys, waiting.business_id, sender=SIMULATED.number, daily=None, most=most
    )
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
        ("INSERT INTO whatsapp_contacts (business_id, customer_id, pause_until, pauses)"
         " VALUES ({shop}, {customer}, now() + interval '1 day', 1)", "held_back"),
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
