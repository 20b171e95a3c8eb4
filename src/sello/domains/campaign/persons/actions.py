"""Campaigns' part of a person. An erasure ends what waits and what was promised; moments under ids stay as totals."""

from sello.domains.campaign.persons import queries
from sello.domains.customer import Ground, Lines, Part, Table, lines_of
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def _load(db: Db, business_id: BusinessId, ids: list[CustomerId], most: int) -> Lines:
    return {
        "campaign_segments": lines_of(await queries.segment_lines(db, business_id, ids, most=most)),
        "campaign_members": lines_of(await queries.member_lines(db, business_id, ids, most=most)),
        "campaign_sends": lines_of(await queries.send_lines(db, business_id, ids, most=most)),
        "send_windows": lines_of(await queries.window_lines(db, business_id, ids, most=most)),
        "discount_codes": lines_of(await queries.code_lines(db, business_id, ids, most=most)),
        "code_redemptions": lines_of(await queries.redemption_lines(db, business_id, ids, most=most)),
        "short_links": lines_of(await queries.link_lines(db, business_id, ids, most=most)),
        "whatsapp_contacts": lines_of(await queries.contact_lines(db, business_id, ids, most=most)),
        "replies": lines_of(await queries.reply_lines(db, business_id, ids, most=most)),
    }


async def _lock(tx: Db, business_id: BusinessId, ids: list[CustomerId]) -> None:
    await queries.lock_sends(tx, business_id, ids)


async def _blank(tx: Db, business_id: BusinessId, ids: list[CustomerId], ground: Ground) -> None:
    await queries.release_sends(tx, business_id, ids)
    await queries.withdraw_codes(tx, business_id, ids)
    await queries.forget_contacts(tx, business_id, ids)


_ID = "names the row, not the person"
_CODE = "one of a few words of ours"
_STAFF = "a member of staff: another person's data"
_TILL = "a till of the shop"
_OURS = "how the sending works, not the person"
_PRICE = "what it costs the shop"
_NUMBER = "a number of the platform"
_KEY = "a date, a count or an id"

PART = Part(
    {
        "campaign_segments": Table(shown=("campaign_id", "customer_id"), hidden={"business_id": _ID}),
        "campaign_members": Table(
            shown=("campaign_id", "customer_id", "occasion", "arm", "send_id", "planned_at"),
            hidden={"business_id": _ID},
            harmless={"occasion": _KEY, "arm": _CODE},
        ),
        "campaign_sends": Table(
            shown=(
                "id", "campaign_id", "customer_id", "template_id", "sender", "planned_at", "due_at", "claimed_at",
                "unknown_at", "released_at", "released_why", "accepted_at", "sent_at", "failed_at", "delivered_at",
                "opened_at", "clicked_at", "error_code", "category",
            ),
            hidden={
                "business_id": _ID, "priority": _OURS, "claims": _OURS, "looked_at": _OURS, "looks": _OURS,
                "sid": "the provider's name of the message", "rank": _OURS, "cost_micros": _PRICE,
            },
            harmless={
                "sender": _NUMBER, "released_why": _CODE, "sid": "the provider's name of the message",
                "category": _CODE,
            },
        ),
        "send_windows": Table(
            shown=("send_id", "customer_id", "from_at", "until_at", "freed_at"),
            hidden={"business_id": _ID},
        ),
        "discount_codes": Table(
            shown=(
                "id", "campaign_id", "customer_id", "send_id", "code", "percent", "gift", "issued_at", "expires_at",
                "withdrawn_at",
            ),
            hidden={"business_id": _ID},
            harmless={"code": "random, and worth nothing once withdrawn", "gift": "what the shop offers to everybody"},
        ),
        "code_redemptions": Table(
            shown=("id", "code_id", "branch_id", "amount_centimos", "redeemed_at", "voided_at"),
            hidden={"business_id": _ID, "account_id": _STAFF, "device_id": _TILL, "voided_by": _STAFF},
        ),
        "short_links": Table(
            shown=("send_id", "clicks", "clicked_at", "expires_at"),
            hidden={"business_id": _ID, "id": _ID, "token": "opens the card"},
            harmless={"token": "random; it leads to a card that is gone"},
        ),
        "whatsapp_contacts": Table(
            shown=(
                "customer_id", "window_until", "helped_at", "invalid_at", "unreachable_at", "blocked_at",
                "stopped_at", "pause_until",
            ),
            hidden={"business_id": _ID, "pauses": _OURS},
        ),
        "replies": Table(
            shown=(
                "id", "customer_id", "kind", "asked", "sender", "queued_at", "claimed_at", "unknown_at", "error_code",
            ),
            hidden={
                "business_id": _ID, "inbox_id": _ID, "sid": "the provider's name of the message", "rank": _OURS,
            },
            harmless={
                "kind": _CODE, "asked": _CODE, "sender": _NUMBER, "sid": "the provider's name of the message",
            },
        ),
    },
    _load,
    _lock,
    _blank,
)  # fmt: skip
