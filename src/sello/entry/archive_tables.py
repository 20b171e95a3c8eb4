"""What of a shop travels in an archive, table by table and column by column, and why the rest does not.

Tables stand in the order in which they are imported: whatever a row refers to comes before it, or its reference may
be put off. `tests/promises/test_archive.py` holds both lists against the database, so a new table or column fails the
suite until somebody has decided.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sello.infrastructure.archives import Archived
from sello.infrastructure.archives.form import Row
from sello.infrastructure.storage import new_name
from sello.shared.ids import BusinessId

_NETWORK: Final = "made with the keys of the installation it comes from: worth nothing elsewhere"
_SECRET: Final = "a secret: it never leaves the installation"
_PLATFORM: Final = "a decision of the platform it comes from"
_APPROVED: Final = "approved for the account of another installation: submit it again"
_STORED: Final = "says where the installation keeps it"


def _poster_file(shop: UUID, row: Row, at: datetime) -> Row:
    """A poster that hung elsewhere: what it showed is kept, its file is not, because its QR leads elsewhere."""
    return {
        "kind": "poster", "name": new_name(BusinessId(shop), "poster"), "content_type": "application/pdf",
        "stored_at": row["created_at"], "removed_at": at, "deleted_at": at,
    }  # fmt: skip


def _stored(shop: UUID, row: Row, at: datetime) -> Row:
    """The importer has put this erasure into its own storage."""
    return {"stored_at": at}


TABLES: Final[Mapping[str, Archived]] = {
    "accounts": Archived(
        ("id", "email", "name"),
        anew={
            "password_hash": _SECRET,
            "password_changed_at": "there is no password until its owner sets one",
            "email_verified_at": "the link that sets the password proves the mailbox",
            "totp_secret": _SECRET,
            "totp_confirmed_at": _SECRET,
            "totp_last_step": _SECRET,
            "created_at": "the moment of the import",
        },
    ),
    "businesses": Archived(
        (
            "code", "slug", "name", "zone", "locale", "rule_version", "inactivity_threshold_days", "created_at",
            "colour_light", "colour_dark", "picture", "setup_done", "poster_design",
        ),
        tenant="id",
        anew={
            "suspended_at": _PLATFORM,
            "closed_at": "a shop is imported to be open",
            "apple_pass_type_id": "a certificate of the installation it comes from",
        },
    ),
    "slugs": Archived(("slug", "since"), ("slug",)),
    "branches": Archived(("id", "name", "closed_at", "created_at", "latitude", "longitude")),
    "memberships": Archived(
        ("account_id", "role", "name", "version", "disabled_at", "created_at"),
        ("account_id",),
        # A key stays behind, and its member ends with it; what it did keeps its name.
        instead={"disabled_at": "coalesce(disabled_at, CASE WHEN role = 'machine' THEN app_now() END)"},
    ),
    "devices": Archived(("id", "name", "branch_id", "enrolled_by", "enrolled_at", "seen_at", "revoked_at")),
    "device_sign_ins": Archived(("id", "device_id", "account_id", "means", "recorded_at")),
    "reward_rules": Archived(("version", "body", "created_by", "created_at"), ("version",)),
    "legal_identities": Archived(
        ("version", "legal_name", "ruc", "address", "email", "since"), ("version",)
    ),
    "files": Archived(
        ("id", "bytes", "sha256", "created_at"),
        anew={
            "kind": "posters and tents alone: a logo is cleaned and stored again, public pictures are drawn anew",
            "name": _STORED,
            "content_type": "follows from the kind",
            "stored_at": _STORED,
            "removed_at": "the poster is made anew, because its QR names the address of the installation",
            "deleted_at": "the same",
        },
        only="kind IN ('poster', 'tent') AND stored_at IS NOT NULL",
        fill=_poster_file,
    ),
    "posters": Archived(("id", "code", "file_id", "fingerprint", "shown", "made_at")),
    "customers": Archived(
        (
            "id", "phone", "name", "name_folded", "birth_month", "birth_day", "source", "enrolled_at", "confirmed_at",
            "confirmed_by", "merged_into", "erased_at", "opted_in_at", "opted_out_at", "new_phone", "new_phone_at",
        ),
        anew={"last_three": "follows from the phone", "network_hash": _NETWORK},
    ),
    "consent_events": Archived(
        ("id", "customer_id", "kind", "source", "text_version", "poster_id", "recorded_at"),
        anew={"network_hash": _NETWORK},
    ),
    "privacy_requests": Archived(
        (
            "id", "customer_id", "kind", "source", "wish", "opened_by", "opened_at", "due_on", "answered_at",
            "answered_by", "outcome", "answer",
        ),
    ),
    "duplicate_dismissals": Archived(
        ("customer_id", "other_id", "dismissed_at", "undone_at", "account_id"), ("customer_id", "other_id")
    ),
    "erasures": Archived(("customer_id", "erased_at"), ("customer_id",), anew={"stored_at": _STORED}, fill=_stored),
    "cards": Archived(
        (
            "id", "customer_id", "scan_code", "link", "balance", "seq", "cycle", "last_at", "day", "day_count",
            "last_code_at", "issued_at", "confirmed_at", "merged_into", "stamps_until", "stamps_warned",
            "lapsed_until", "erased_at", "history_at",
        ),
    ),
    "stamp_events": Archived(
        (
            "id", "card_id", "seq", "kind", "delta", "balance_after", "rule_version", "account_id", "device_id",
            "branch_id", "occurred_at", "recorded_at", "amount_centimos", "reward_id", "voids", "reason", "flags",
            "code_at", "stamps_until",
        ),
    ),
    "rewards": Archived(
        (
            "id", "card_id", "cycle", "threshold", "cost", "title", "rule_version", "caused_by", "issued_at",
            "revoked_at", "source", "good_until", "warned_at", "expired_at", "counts_on", "counts_in",
        ),
    ),
    "gifts": Archived(
        ("customer_id", "kind", "year", "reward_id", "given_at"), ("customer_id", "kind", "year")
    ),
    "redemptions": Archived(
        (
            "id", "reward_id", "reserved_by", "reserved_at", "expires_at", "released_at", "confirmed_by",
            "confirmed_at", "device_id", "branch_id", "voided_by", "voided_at", "void_reason",
        ),
    ),
    "card_merges": Archived(
        ("card_id", "into_card_id", "stamps", "rewards", "entry_id", "into_entry_id", "account_id", "merged_at"),
        ("card_id",),
    ),
    "staff_days": Archived(("account_id", "day", "stamps"), ("account_id", "day")),
    "fraud_signals": Archived(("id", "kind", "account_id", "day", "details", "recorded_at", "seen_at", "seen_by")),
    "message_templates": Archived(
        ("id", "name", "language", "category", "body", "created_by", "created_at", "changed_at", "archived_at"),
        anew=dict.fromkeys(
            (
                "submitting_at", "content_sid", "submitted_at", "approval", "approval_at", "rejection_reason",
                "approved_category",
            ),
            _APPROVED,
        ),
    ),
    "campaigns": Archived(
        (
            "id", "name", "trigger_kind", "trigger_config", "template_id", "discount_percent", "gift", "code_days",
            "holdout_percent", "budget_centimos", "quiet_from", "quiet_until", "committed_micros", "created_by",
            "created_at", "changed_at", "activated_at", "paused_at", "paused_why", "ended_at",
        ),
        # It waits for its owner: templates have to be approved again, and nothing may be sent from two places.
        instead={
            "paused_at": "coalesce(paused_at, CASE WHEN activated_at IS NOT NULL THEN app_now() END)",
            "paused_why": "coalesce(paused_why, CASE WHEN activated_at IS NOT NULL THEN 'template' END)",
        },
    ),
    "campaign_segments": Archived(("campaign_id", "customer_id"), ("campaign_id", "customer_id")),
    "campaign_sends": Archived(
        (
            "id", "campaign_id", "customer_id", "template_id", "sender", "priority", "planned_at", "due_at", "claims",
            "claimed_at", "unknown_at", "looked_at", "looks", "released_at", "released_why", "sid", "rank",
            "accepted_at", "sent_at", "failed_at", "delivered_at", "opened_at", "clicked_at", "error_code",
            "category", "cost_micros",
        ),
        # What still waited is sent by nobody.
        instead={
            "released_at": "coalesce(released_at, CASE WHEN claimed_at IS NULL THEN app_now() END)",
            "released_why": "coalesce(released_why, CASE WHEN claimed_at IS NULL THEN 'moved' END)",
        },
    ),
    "campaign_members": Archived(
        ("campaign_id", "customer_id", "occasion", "arm", "send_id", "planned_at"),
        ("campaign_id", "customer_id", "occasion"),
    ),
    "send_windows": Archived(("send_id", "customer_id", "from_at", "until_at", "freed_at"), ("send_id",)),
    "discount_codes": Archived(
        (
            "id", "campaign_id", "customer_id", "send_id", "code", "percent", "gift", "issued_at", "expires_at",
            "withdrawn_at",
        ),
    ),
    "code_redemptions": Archived(
        (
            "id", "code_id", "account_id", "device_id", "branch_id", "amount_centimos", "redeemed_at", "voided_by",
            "voided_at",
        ),
    ),
    "whatsapp_contacts": Archived(
        (
            "customer_id", "window_until", "helped_at", "invalid_at", "unreachable_at", "blocked_at", "stopped_at",
            "pause_until", "pauses",
        ),
        ("customer_id",),
    ),
    "nights": Archived(("done_through",), ("business_id",)),
    "shop_statistics": Archived(("closed_through",), ("business_id",)),
    "audit_log": Archived(
        ("id", "account_id", "action", "subject_id", "reason", "details", "recorded_at"),
        # Who is no member, a platform admin, stays behind: another installation does not know them.
        instead={
            "account_id": "(SELECT m.account_id FROM memberships m WHERE m.business_id = audit_log.business_id"
            " AND m.account_id = audit_log.account_id)"
        },
    ),
}  # fmt: skip

_COUNTED: Final = "follows from the ledger: counted anew"
_QUEUE: Final = "the job queue of the installation"

_WALLET: Final = "a pass asks the installation that signed it: whoever keeps the card in a wallet adds it again"

LEFT_OUT: Final[Mapping[str, str]] = {
    "account_tokens": "links that the installation signed",
    "alembic_version": "the number of the schema stands in the manifest",
    "api_keys": "the digest of a secret: make a new key",
    "archives": "files of the installation it comes from",
    "arrivals": "where the shop came from before",
    "campaign_alerts": "notices of the installation it comes from",
    "campaign_plans": "where that installation had come to",
    "customer_days": _COUNTED,
    "customer_stats": _COUNTED,
    "daily_stats": _COUNTED,
    "device_codes": "codes to enrol a till, good for minutes",
    "device_credentials": "a till's credential is signed by its installation: enrol the till again",
    "events": "facts that were told already; who reacts elsewhere counts from the ledger",
    "google_classes": _WALLET,
    "idempotency_keys": "kept for a day, for requests to this installation",
    "import_problems": "bad lines of a file, kept for a week",
    "import_salts": "with it the phones of erased people could be guessed from the ids of their imported visits",
    "imports": "files that were worked off; the audit log says that there were",
    "invitations": "links that the installation signed: invite again",
    "job_attempts": _QUEUE,
    "login_failures": "of accounts, by keyed digests",
    "pgqueuer": _QUEUE,
    "pgqueuer_log": _QUEUE,
    "pgqueuer_schedules": _QUEUE,
    "pgqueuer_statistics": _QUEUE,
    "pin_shop_tries": "wrong PINs of the last hour",
    "pin_tries": "wrong PINs of the last day",
    "pins": "made with the installation's key: everybody chooses a new PIN",
    "platform_admins": "people of the platform",
    "proof_tries": "wrong answers of the last day",
    "replies": "answers of some weeks, from a number of that installation",
    "sender_bucket": "numbers of the installation",
    "sender_phones": "made with the installation's key",
    "sessions": "who is signed in stays signed in there",
    "short_links": "they lead to the installation they were made by",
    "wallet_devices": _WALLET,
    "wallet_events": _WALLET,
    "wallet_logs": "what phones said to that installation",
    "wallet_passes": _WALLET,
    "wallet_registrations": _WALLET,
    "wallet_tags": "counters of the installation",
    "webhook_inbox": "what was said to that installation",
}
