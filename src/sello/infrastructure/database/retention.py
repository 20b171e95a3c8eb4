"""What is kept for how long: one statement for each kind of row whose time is over, run nightly by the worker.

The ledger, consent and the audit log are not here: they stay.
"""

from typing import Final, LiteralString

from sello.infrastructure.database.db import PlatformDb

MOST: Final = 5000  # rows of one statement: it stays far below its time-out and holds its locks briefly

# app_now() stands in a sub-select everywhere: by itself it would be asked for each row, and no index could be used.

# Ids are UUIDv7, so the primary key finds old facts; what was not relayed is never old enough.
_EVENTS = """
    DELETE FROM events WHERE id IN (
      SELECT id FROM events
      WHERE id < (SELECT (lpad(to_hex((extract(epoch FROM app_now() - interval '30 days') * 1000)::bigint), 12, '0')
                          || '00000000000000000000')::uuid)
        AND relayed_at IS NOT NULL
      LIMIT %(most)s)
"""
_IDEMPOTENCY_KEYS = """
    DELETE FROM idempotency_keys WHERE (business_id, key) IN (
      SELECT business_id, key FROM idempotency_keys
      WHERE created_at < (SELECT app_now() - interval '24 hours') LIMIT %(most)s)
"""
_LOGIN_FAILURES = """
    DELETE FROM login_failures WHERE id IN (
      SELECT id FROM login_failures WHERE failed_at < (SELECT app_now() - interval '1 day') LIMIT %(most)s)
"""
_ACCOUNT_TOKENS = """
    DELETE FROM account_tokens WHERE id IN (
      SELECT id FROM account_tokens WHERE expires_at < (SELECT app_now() - interval '30 days') LIMIT %(most)s)
"""
_SESSIONS = """
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions
      WHERE least(revoked_at, expires_at) < (SELECT app_now() - interval '30 days') LIMIT %(most)s)
"""
_DEVICE_CREDENTIALS = """
    DELETE FROM device_credentials WHERE id IN (
      SELECT id FROM device_credentials
      WHERE least(revoked_at, expires_at) < (SELECT app_now() - interval '30 days') LIMIT %(most)s)
"""
_DEVICE_CODES = """
    DELETE FROM device_codes WHERE (business_id, id) IN (
      SELECT business_id, id FROM device_codes
      WHERE expires_at < (SELECT app_now() - interval '30 days') LIMIT %(most)s)
"""
_PIN_TRIES = """
    DELETE FROM pin_tries WHERE (business_id, device_id, account_id) IN (
      SELECT business_id, device_id, account_id FROM pin_tries
      WHERE last_at < (SELECT app_now() - interval '1 day') LIMIT %(most)s)
"""
_PROOF_TRIES = """
    DELETE FROM proof_tries WHERE (business_id, card_id) IN (
      SELECT business_id, card_id FROM proof_tries
      WHERE last_at < (SELECT app_now() - interval '1 day') LIMIT %(most)s)
"""
# The owner looks back a year and a bit. Somebody's last one on a till stays: the till may upload stamps of theirs.
_SIGN_INS = """
    DELETE FROM device_sign_ins WHERE (business_id, id) IN (
      SELECT s.business_id, s.id FROM device_sign_ins s
      WHERE s.recorded_at < (SELECT app_now() - interval '400 days')
        AND EXISTS (SELECT FROM device_sign_ins n WHERE n.business_id = s.business_id AND n.device_id = s.device_id
          AND n.account_id = s.account_id AND (n.recorded_at, n.id) > (s.recorded_at, s.id))
      LIMIT %(most)s)
"""
# The key goes, and the membership that the ledger names stays, ended.
_API_KEYS = """
    WITH gone AS (
      DELETE FROM api_keys WHERE (business_id, id) IN (
        SELECT business_id, id FROM api_keys
        WHERE least(revoked_at, expires_at) < (SELECT app_now() - interval '30 days') LIMIT %(most)s)
      RETURNING business_id, id
    )
    UPDATE memberships m SET disabled_at = coalesce(m.disabled_at, app_now()), version = m.version + 1
    FROM gone WHERE m.business_id = gone.business_id AND m.account_id = gone.id
"""
# The file went days after it was made; the row says for a season that there was one.
_ARCHIVES = """
    DELETE FROM archives WHERE (business_id, id) IN (
      SELECT business_id, id FROM archives
      WHERE deleted_at < (SELECT app_now() - interval '90 days') LIMIT %(most)s)
"""
_JOB_LOG = """
    DELETE FROM pgqueuer_log WHERE id IN (
      SELECT id FROM pgqueuer_log WHERE created < (SELECT queue_now() - interval '14 days') LIMIT %(most)s)
"""
_JOB_STATISTICS = """
    DELETE FROM pgqueuer_statistics WHERE id IN (
      SELECT id FROM pgqueuer_statistics WHERE created < (SELECT queue_now() - interval '90 days') LIMIT %(most)s)
"""
# A job that ends takes its count along; one cancelled on the queue's page leaves it.
_JOB_ATTEMPTS = """
    DELETE FROM job_attempts WHERE job_id IN (
      SELECT a.job_id FROM job_attempts a
      WHERE a.started_at < (SELECT app_now() - interval '14 days')
        AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.id = a.job_id)
      LIMIT %(most)s)
"""
# A file that nobody worked off in a day, or whose worker was never seen again: bring it once more.
_IMPORTS = """
    UPDATE imports SET file = NULL, ended_at = app_now(), outcome = 'expired' WHERE (business_id, id) IN (
      SELECT business_id, id FROM imports
      WHERE ended_at IS NULL AND created_at < (SELECT app_now() - interval '1 day') LIMIT %(most)s)
"""
_IMPORT_PROBLEMS = """
    DELETE FROM import_problems WHERE (business_id, import_id, number) IN (
      SELECT business_id, import_id, number FROM import_problems
      WHERE created_at < (SELECT app_now() - interval '7 days') LIMIT %(most)s)
"""
# Callbacks, without phones and words since they were understood. What nobody understood in all that time goes, too.
_WEBHOOK_INBOX = """
    DELETE FROM webhook_inbox WHERE id IN (
      SELECT id FROM webhook_inbox WHERE received_at < (SELECT app_now() - interval '90 days') LIMIT %(most)s)
"""
# Two messages in seven days are what is counted of a phone.
_SENDER_PHONES = """
    DELETE FROM sender_phones WHERE (sender, phone_hash) IN (
      SELECT sender, phone_hash FROM sender_phones
      WHERE last_at < (SELECT app_now() - interval '8 days') LIMIT %(most)s)
"""
_SHORT_LINKS = """
    DELETE FROM short_links WHERE (business_id, id) IN (
      SELECT business_id, id FROM short_links
      WHERE expires_at < (SELECT app_now() - interval '90 days') LIMIT %(most)s)
"""
_CAMPAIGN_ALERTS = """
    DELETE FROM campaign_alerts WHERE (business_id, id) IN (
      SELECT business_id, id FROM campaign_alerts
      WHERE recorded_at < (SELECT app_now() - interval '400 days') LIMIT %(most)s)
"""
_REPLIES = """
    DELETE FROM replies WHERE (business_id, id) IN (
      SELECT business_id, id FROM replies
      WHERE queued_at < (SELECT app_now() - interval '400 days') LIMIT %(most)s)
"""
# A phone has a week to learn that its card is void; then nobody is registered for it, and its token opens nothing. The
# card of a shop that has closed waits for as long as the shop may open again.
_WALLET_REGISTRATIONS = """
    DELETE FROM wallet_registrations WHERE (business_id, pass_id, device) IN (
      SELECT r.business_id, r.pass_id, r.device
      FROM wallet_passes p JOIN wallet_registrations r ON r.business_id = p.business_id AND r.pass_id = p.id
      JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
      LEFT JOIN cards t ON t.business_id = c.business_id AND t.id = c.merged_into
      WHERE p.voided_at < (SELECT app_now() - interval '7 days')
        AND (coalesce(t.erased_at, c.erased_at) IS NOT NULL OR p.voided_at < (SELECT app_now() - interval '31 days'))
      LIMIT %(most)s)
"""
_WALLET_PASSES = """
    UPDATE wallet_passes SET token_sealed = NULL WHERE (business_id, id) IN (
      SELECT p.business_id, p.id
      FROM wallet_passes p JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
      LEFT JOIN cards t ON t.business_id = c.business_id AND t.id = c.merged_into
      WHERE p.voided_at < (SELECT app_now() - interval '7 days') AND p.token_sealed IS NOT NULL
        AND (coalesce(t.erased_at, c.erased_at) IS NOT NULL OR p.voided_at < (SELECT app_now() - interval '31 days'))
      LIMIT %(most)s)
"""
# Pushed out by others, or gone with their pass. One that has just come may be in the middle of its registration.
_WALLET_DEVICES = """
    DELETE FROM wallet_devices WHERE id IN (
      SELECT d.id FROM wallet_devices d
      WHERE d.seen_at < (SELECT app_now() - interval '1 hour')
        AND NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)
      LIMIT %(most)s)
"""
_WALLET_EVENTS = """
    DELETE FROM wallet_events WHERE (business_id, pass_id, slot) IN (
      SELECT business_id, pass_id, slot FROM wallet_events
      WHERE at < (SELECT app_now() - interval '90 days') LIMIT %(most)s)
"""
_WALLET_LOGS = """
    DELETE FROM wallet_logs WHERE id IN (
      SELECT id FROM wallet_logs WHERE at < (SELECT app_now() - interval '90 days') LIMIT %(most)s)
"""

RETENTION: Final[dict[str, LiteralString]] = {
    "events": _EVENTS,
    "idempotency_keys": _IDEMPOTENCY_KEYS,
    "login_failures": _LOGIN_FAILURES,
    "account_tokens": _ACCOUNT_TOKENS,
    "sessions": _SESSIONS,
    "device_credentials": _DEVICE_CREDENTIALS,
    "device_codes": _DEVICE_CODES,
    "pin_tries": _PIN_TRIES,
    "proof_tries": _PROOF_TRIES,
    "device_sign_ins": _SIGN_INS,
    "api_keys": _API_KEYS,
    "archives": _ARCHIVES,
    "pgqueuer_log": _JOB_LOG,
    "pgqueuer_statistics": _JOB_STATISTICS,
    "job_attempts": _JOB_ATTEMPTS,
    "imports": _IMPORTS,
    "import_problems": _IMPORT_PROBLEMS,
    "webhook_inbox": _WEBHOOK_INBOX,
    "sender_phones": _SENDER_PHONES,
    "short_links": _SHORT_LINKS,
    "campaign_alerts": _CAMPAIGN_ALERTS,
    "replies": _REPLIES,
    "wallet_registrations": _WALLET_REGISTRATIONS,
    "wallet_passes": _WALLET_PASSES,
    "wallet_devices": _WALLET_DEVICES,
    "wallet_events": _WALLET_EVENTS,
    "wallet_logs": _WALLET_LOGS,
}


async def forget_old_rows(db: PlatformDb) -> dict[str, int]:
    """Delete what is over its time, by table; how many rows of each. May run twice, and beside itself."""
    gone: dict[str, int] = {}
    for table, statement in RETENTION.items():
        gone[table] = 0
        while True:
            rows = await db.execute(statement, most=MOST)
            gone[table] += rows
            if rows < MOST:
                break
    return gone
