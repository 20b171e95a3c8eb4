"""Loyalty's part of a person, and telling whoever holds an erased card's code that it is gone."""

from sello.domains.customer import Ground, Lines, Part, Table, lines_of
from sello.domains.loyalty.imports.queries import end_all_imports, forget_cells
from sello.domains.loyalty.persons import queries
from sello.domains.loyalty.persons.rules import tombstone
from sello.infrastructure.database.db import Db
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CardId, CustomerId


async def refuse_erased(
    db: Db,
    keys: Keys,
    business_id: BusinessId,
    *,
    scan_code: str | None = None,
    link: str | None = None,
    card_id: CardId | None = None,
) -> None:
    """Refuses customer_erased (410) when the code, the link or the id that led nowhere is an erased card's."""
    found = await queries.gone(
        db,
        business_id,
        scan_code=tombstone(keys, "scan", scan_code) if scan_code else None,
        link=tombstone(keys, "link", link) if link else None,
        card_id=card_id,
    )
    if found is not None and found.erased:
        raise Refused("customer_erased")


async def _load(db: Db, business_id: BusinessId, ids: list[CustomerId], most: int) -> Lines:
    return {
        "cards": lines_of(await queries.card_lines(db, business_id, ids, most=most)),
        "stamp_events": lines_of(await queries.ledger_lines(db, business_id, ids, most=most)),
        "rewards": lines_of(await queries.reward_lines(db, business_id, ids, most=most)),
        "redemptions": lines_of(await queries.redemption_lines(db, business_id, ids, most=most)),
        "gifts": lines_of(await queries.gift_lines(db, business_id, ids, most=most)),
        "card_merges": lines_of(await queries.merge_lines(db, business_id, ids, most=most)),
        "duplicate_dismissals": lines_of(await queries.dismissal_lines(db, business_id, ids, most=most)),
        "wallet_passes": lines_of(await queries.pass_lines(db, business_id, ids, most=most)),
        "wallet_registrations": lines_of(await queries.phone_lines(db, business_id, ids, most=most)),
        "wallet_events": lines_of(await queries.pass_event_lines(db, business_id, ids, most=most)),
    }


async def _lock(tx: Db, business_id: BusinessId, ids: list[CustomerId]) -> None:
    await queries.lock_cards(tx, business_id, ids)


async def _blank(tx: Db, business_id: BusinessId, ids: list[CustomerId], ground: Ground) -> None:
    cards = await queries.lock_cards(tx, business_id, ids)
    for card in cards:
        await queries.bury_card(
            tx,
            business_id,
            card.id,
            scan_code=tombstone(ground.keys, "scan", card.scan_code),
            link=tombstone(ground.keys, "link", card.link),
        )
    await queries.blank_redemptions(tx, business_id, ids)
    await queries.blank_pass_events(tx, business_id, ids)
    await queries.forget_ledger_texts(tx, business_id, [card.id for card in cards])
    await end_all_imports(tx, business_id)
    await forget_cells(tx, business_id)


_ID = "names the row, not the person"
_STAFF = "a member of staff: another person's data"
_CODE = "one of a few words of ours"
_TILL = "a till of the shop"
_SECRET = "opens the card; whoever asks for the export holds it already"  # a sentence
_RULES = "a version of the shop's rules"
_WALLET = "how a wallet is kept up to date, not the person"
_FILE = "about a file of the shop as a whole"

PART = Part(
    {
        "cards": Table(
            shown=(
                "id", "customer_id", "balance", "seq", "cycle", "last_at", "day", "day_count", "issued_at",
                "confirmed_at", "merged_into", "stamps_until", "history_at",
            ),
            hidden={
                "business_id": _ID,
                "scan_code": _SECRET,
                "link": _SECRET,
                "last_code_at": "follows from the ledger",
                "erased_at": "there is none while there is somebody to show",
                "stamps_warned": "follows from stamps_until",
                "lapsed_until": "follows from the ledger",
            },
            erased=("scan_code", "link"),
        ),
        "stamp_events": Table(
            shown=(
                "id", "card_id", "seq", "kind", "delta", "balance_after", "occurred_at", "recorded_at",
                "amount_centimos", "reward_id", "voids", "reason", "flags", "branch_id", "stamps_until",
            ),
            hidden={
                "business_id": _ID, "rule_version": _RULES, "account_id": _STAFF, "device_id": _TILL,
                "code_at": "when the phone made the code that was shown",
            },
            erased=("reason",),
            harmless={"kind": _CODE, "flags": _CODE},
        ),
        "rewards": Table(
            shown=(
                "id", "card_id", "cycle", "threshold", "cost", "title", "caused_by", "issued_at", "revoked_at",
                "source", "good_until", "warned_at", "expired_at", "counts_on", "counts_in",
            ),
            hidden={"business_id": _ID, "rule_version": _RULES},
            harmless={"title": "what the shop promises to everybody", "source": _CODE},
        ),
        "redemptions": Table(
            shown=(
                "id", "reward_id", "reserved_at", "released_at", "confirmed_at", "voided_at", "void_reason",
                "branch_id",
            ),
            hidden={
                "business_id": _ID, "reserved_by": _STAFF, "expires_at": "follows from reserved_at",
                "confirmed_by": _STAFF, "voided_by": _STAFF, "device_id": _TILL,
            },
            erased=("void_reason",),
        ),
        "gifts": Table(
            shown=("customer_id", "kind", "year", "reward_id", "given_at"),
            hidden={"business_id": _ID},
            harmless={"kind": _CODE},
        ),
        "card_merges": Table(
            shown=("card_id", "into_card_id", "stamps", "rewards", "entry_id", "into_entry_id", "merged_at"),
            hidden={"business_id": _ID, "account_id": _STAFF},
        ),
        "imports": Table(
            shown=(),
            hidden=dict.fromkeys(
                (
                    "business_id", "id", "kind", "source", "dry_run", "count_stamps", "skip_bad", "account_id",
                    "sha256", "file", "created_at", "started_at", "ended_at", "outcome", "lines", "bad_lines",
                    "done_lines", "new_customers", "new_entries", "new_stamps", "new_rewards",
                ),
                _FILE,
            ),
            erased=("file",),
            harmless={"kind": _CODE, "source": _CODE, "outcome": _CODE, "sha256": "of a whole file"},
        ),
        "import_problems": Table(
            shown=(),
            hidden=dict.fromkeys(
                ("business_id", "import_id", "number", "line", "code", "field", "found", "facts", "created_at"), _FILE
            ),
            erased=("found",),
            harmless={"code": _CODE, "field": _CODE, "facts": "counts and names of columns"},
        ),
        "duplicate_dismissals": Table(
            shown=("customer_id", "dismissed_at", "undone_at"),
            hidden={"business_id": _ID, "other_id": "another customer", "account_id": _STAFF},
        ),
        "wallet_passes": Table(
            shown=("id", "card_id", "kind", "locale", "issued_at", "changed_at", "shown_at", "saved_at", "voided_at"),
            hidden={
                "business_id": _ID, "serial": _WALLET, "pass_type_id": _WALLET, "tag": _WALLET,
                "token_sealed": "opens the pass; the phone holds it already", "noted_seq": _WALLET,
                "shown_seq": _WALLET, "patched_tag": _WALLET, "events": _WALLET,
            },
            harmless={
                "kind": _CODE, "locale": _CODE, "serial": "random, names a pass that shows nothing any more",
                "pass_type_id": "the platform's or the shop's",
                "token_sealed": "random and encrypted; it goes a week after the card, when the phone was told",
            },
        ),
        "wallet_registrations": Table(
            shown=("pass_id", "registered_at"),
            hidden={"business_id": _ID, "device": "a row of ids of Apple's alone", "pushed_tag": _WALLET},
        ),
        "wallet_events": Table(
            shown=("pass_id", "kind", "at", "details"),
            hidden={"business_id": _ID, "slot": _WALLET, "number": _WALLET},
            erased=("details",),
            harmless={"kind": _CODE},
        ),
        "proof_tries": Table(
            shown=(),
            hidden=dict.fromkeys(("business_id", "card_id", "tries", "last_at"), "wrong guesses of a day, not theirs"),
        ),
    },
    _load,
    _lock,
    _blank,
)  # fmt: skip
