"""Where personal data stand: every table is in a part, or in the list of those that hold nothing about customers.

The parts say what of each column is handed out to the person and what is erased; the list says why a table needs
neither. `tests/promises/test_schema.py` holds both against the database, so a new table or a new column of text fails
the suite until somebody has decided.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from sello.domains.analytics import ANALYTICS_PART
from sello.domains.campaign import CAMPAIGN_PART
from sello.domains.customer import CUSTOMER_PART, Persons
from sello.domains.loyalty import LOYALTY_PART

PERSONS: Final = Persons((ANALYTICS_PART, CAMPAIGN_PART, LOYALTY_PART, CUSTOMER_PART))


class Elsewhere(NamedTuple):
    """A table without customers: why, and its columns of text, JSON and bytes, each looked at by somebody."""

    why: str
    columns: tuple[str, ...] = ()


_STAFF = "people who work at the shop, who have a contract with it and an account of their own"
_SHOP = "the shop itself"
_QUEUE = "names of jobs and ids; texts of errors are cut to the kind of error"

ELSEWHERE: Final[Mapping[str, Elsewhere]] = {
    "account_tokens": Elsewhere(_STAFF, ("kind",)),
    "accounts": Elsewhere(_STAFF, ("email", "name", "password_hash", "totp_secret")),
    "alembic_version": Elsewhere("the number of the schema", ("version_num",)),
    "api_keys": Elsewhere("tills and other programs", ("prefix", "secret_hash", "scopes")),
    "archives": Elsewhere("the shop's own files: what is in them is nobody's but the owner's to keep", ("name",)),
    "arrivals": Elsewhere("where a shop came from: a moment and a count"),
    "branches": Elsewhere(_SHOP, ("name",)),
    "businesses": Elsewhere(
        _SHOP,
        (
            "code",
            "slug",
            "name",
            "zone",
            "locale",
            "colour_light",
            "colour_dark",
            "picture",
            "setup_done",
            "apple_pass_type_id",
            "poster_design",
        ),
    ),
    "campaign_alerts": Elsewhere("what an owner has to know: counts and ids", ("kind", "details")),
    "campaign_plans": Elsewhere(_SHOP),
    "campaigns": Elsewhere(_SHOP, ("name", "trigger_kind", "trigger_config", "gift", "paused_why")),
    "daily_stats": Elsewhere("sums of all customers"),
    "device_codes": Elsewhere("tills", ("code_hash", "name")),
    "device_credentials": Elsewhere("tills", ("revoked_why",)),
    "device_sign_ins": Elsewhere(_STAFF, ("means",)),
    "devices": Elsewhere("tills", ("name",)),
    "events": Elsewhere("facts carry ids, counts and times, and are kept for 30 days", ("kind", "payload")),
    "files": Elsewhere("what a shop shows, under random names", ("kind", "name", "content_type", "sha256")),
    "fraud_signals": Elsewhere("patterns of a member of staff: counts and ids", ("kind", "details")),
    "import_salts": Elsewhere("random bytes of a shop", ("salt",)),
    "invitations": Elsewhere(_STAFF, ("email", "name", "role")),
    "google_classes": Elsewhere(_SHOP, ("digest",)),
    "job_attempts": Elsewhere(_QUEUE, ("entrypoint", "last_error")),
    "legal_identities": Elsewhere(
        "who answers for a shop, which the law wants published", ("legal_name", "ruc", "address", "email")
    ),
    "login_failures": Elsewhere(_STAFF, ("account_hash", "network_hash")),
    "memberships": Elsewhere(_STAFF, ("role", "name")),
    "message_templates": Elsewhere(
        "what a shop writes to everybody",
        (
            "name",
            "language",
            "category",
            "body",
            "content_sid",
            "approval",
            "rejection_reason",
            "approved_category",
        ),
    ),
    "nights": Elsewhere(_SHOP),
    "pgqueuer": Elsewhere(_QUEUE, ("entrypoint", "dedupe_key", "payload", "headers")),
    "pgqueuer_log": Elsewhere(_QUEUE, ("entrypoint", "traceback")),
    "pgqueuer_schedules": Elsewhere(_QUEUE, ("expression", "entrypoint")),
    "pgqueuer_statistics": Elsewhere(_QUEUE, ("entrypoint",)),
    "pin_shop_tries": Elsewhere(_STAFF),
    "pin_tries": Elsewhere(_STAFF),
    "pins": Elsewhere(_STAFF, ("salt", "mac")),
    "platform_admins": Elsewhere("people who run the platform"),
    "posters": Elsewhere("what a shop shows to everybody", ("code", "fingerprint", "shown")),
    "reward_rules": Elsewhere("what a shop promises to everybody", ("body",)),
    "sender_bucket": Elsewhere("numbers of the platform", ("sender",)),
    "sender_phones": Elsewhere("keyed digests of phones, kept for the week of a promise", ("sender", "phone_hash")),
    "sessions": Elsewhere(_STAFF, ("agent", "network_hash", "means", "revoked_why")),
    "shop_statistics": Elsewhere(_SHOP),
    "slugs": Elsewhere("addresses of shops", ("slug",)),
    "staff_days": Elsewhere(_STAFF),
    "wallet_devices": Elsewhere(
        "phones by Apple's random ids, a different one for each pass type; forgotten with the last pass they show",
        ("device_id", "pass_type_id", "push_token_sealed"),
    ),
    "wallet_logs": Elsewhere(
        "what phones say of passes that are none of ours, the last few thousand lines", ("message",)
    ),
    "wallet_tags": Elsewhere("counters of the platform", ("pass_type_id",)),
    "webhook_inbox": Elsewhere(
        "what the provider said: phones, names and words are taken out once it was understood",
        ("kind", "digest", "message_sid", "params", "outcome"),
    ),
}
