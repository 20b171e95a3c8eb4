"""For every law a fault that breaks it, planted by a superuser with triggers off into the scene of `scene.py`."""

from tests.promises.fault import Fault
from tests.promises.planted_archives import ARCHIVES
from tests.promises.planted_imports import IMPORTS
from tests.promises.planted_plans import PLANS
from tests.promises.planted_privacy import PRIVACY
from tests.promises.planted_sends import SENDS
from tests.promises.planted_shelf import SHELF
from tests.promises.planted_statistics import STATISTICS
from tests.promises.planted_wallets import WALLETS

MISTOLD = ("L40_fact_missing", "L41_fact_without_change")
MISCOUNTED = ("L21_reward_redeemed_twice", "L22_redemption_ne_ledger")

# An entry of Beto's card besides the ones it has.
_MORE = """
    UPDATE cards SET seq = seq + 1 WHERE id = %(beto)s;
    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, occurred_at,
      recorded_at, reward_id, voids)
    SELECT business_id, new_id(), id, seq, {what} FROM cards WHERE id = %(beto)s
"""
_AGAIN = _MORE.replace("{what}", "'redeem', 0, balance, 1, app_now(), app_now(), %(beto_coffee)s, NULL")
_VOID_AGAIN = _MORE.replace("{what}", "'void', 0, balance, 1, app_now(), app_now(), NULL, %(beto_redemption)s")

LEDGER = (
    Fault("L01_balance_ne_ledger", "UPDATE cards SET balance = balance + 1 WHERE id = %(ana)s"),
    Fault(
        "L01_balance_ne_ledger",
        "UPDATE cards SET seq = seq + 1 WHERE id = %(ana)s",
        also=("L45_pass_behind",),
    ),
    Fault("L01_balance_ne_ledger", "UPDATE cards SET balance = 1 WHERE id = %(pending)s"),
    Fault(
        "L02_ledger_gap",
        "UPDATE stamp_events SET seq = 6 WHERE id = %(ana_redemption)s; UPDATE cards SET seq = 6 WHERE id = %(ana)s",
        also=(*MISTOLD, "L80_days_ne_ledger"),
    ),
    Fault(
        "L03_seq_twice",
        "UPDATE stamp_events SET seq = 4 WHERE id = %(ana_redemption)s; UPDATE cards SET seq = 4 WHERE id = %(ana)s",
        also=(*MISTOLD, "L04_balance_chain", "L05_time_backwards"),
    ),
    Fault("L04_balance_chain", "UPDATE stamp_events SET balance_after = balance_after + 1 WHERE id = %(ana_stamp)s"),
    Fault(
        "L05_time_backwards",
        "UPDATE stamp_events SET recorded_at = recorded_at - interval '1 hour',"
        " occurred_at = occurred_at - interval '1 hour' WHERE reward_id = %(ana_lunch)s",
        also=("L80_days_ne_ledger",),  # an hour after midnight, the day before
    ),
    Fault(
        "L06_time_future",
        "UPDATE stamp_events SET recorded_at = recorded_at + interval '1 hour' WHERE id = %(ana_redemption)s",
    ),
    Fault(
        "L06_time_future",
        "UPDATE stamp_events SET occurred_at = recorded_at + interval '1 hour' WHERE id = %(ana_redemption)s",
        also=("L80_days_ne_ledger",),  # an hour before midnight, the next day
    ),
    Fault(
        "L07_time_before_card",
        "UPDATE cards SET issued_at = app_now() + interval '1 hour' WHERE id = %(ana)s",
        also=("L81_statistics_behind",),
    ),
    Fault(
        "L08_pending_card_stamped",
        "UPDATE cards SET confirmed_at = NULL WHERE id = %(ana)s",
        also=("L81_statistics_behind",),
    ),
    Fault("L09_void_twice", _VOID_AGAIN, also=(*MISCOUNTED, "L40_fact_missing")),
    Fault(
        "L10_void_mismatch",
        "UPDATE stamp_events SET voids = %(ana_stamp)s WHERE voids = %(carla_stamp)s",
        also=(*MISTOLD, "L11_last_visit", "L80_days_ne_ledger"),
    ),
    Fault(
        "L10_void_mismatch",
        "UPDATE stamp_events SET kind = 'adjust' WHERE voids = %(carla_stamp)s",
        also=("L41_fact_without_change",),
    ),
    Fault("L11_last_visit", "UPDATE cards SET last_at = last_at - interval '1 day' WHERE id = %(ana)s"),
    Fault("L11_last_visit", "UPDATE cards SET last_at = app_now() WHERE id = %(pending)s"),
    Fault("L12_card_day", "UPDATE cards SET day_count = day_count - 1 WHERE id = %(ana)s"),
    Fault("L12_card_day", "UPDATE cards SET day = day - 1 WHERE id = %(ana)s"),
    Fault("L13_staff_day", "UPDATE staff_days SET stamps = stamps - 1"),
    Fault("L13_staff_day", "DELETE FROM staff_days"),
    Fault("L14_rules_unknown", "UPDATE stamp_events SET rule_version = 9 WHERE id = %(ana_stamp)s"),
    Fault("L14_rules_unknown", "UPDATE businesses SET rule_version = 9 WHERE id = %(shop)s"),
)

REWARDS = (
    Fault(
        "L20_reward_issued_once",
        "UPDATE stamp_events SET reward_id = %(ana_coffee)s WHERE reward_id = %(ana_lunch)s",
        also=("L25_reward_price", "L40_fact_missing", "L41_fact_without_change"),
    ),
    Fault("L21_reward_redeemed_twice", f"{_AGAIN}; {_AGAIN}", also=("L22_redemption_ne_ledger", "L40_fact_missing")),
    Fault(
        "L22_redemption_ne_ledger",
        "UPDATE redemptions SET confirmed_at = NULL, confirmed_by = NULL WHERE id = %(ana_redemption)s",
    ),
    Fault(
        "L22_redemption_ne_ledger",
        "UPDATE redemptions SET voided_at = app_now(), voided_by = %(rosa)s WHERE id = %(ana_redemption)s",
    ),
    Fault("L23_revoked_ne_void", "UPDATE rewards SET revoked_at = NULL WHERE id = %(carla_coffee)s"),
    Fault(
        "L23_revoked_ne_void",
        "UPDATE rewards SET revoked_at = app_now() WHERE id = %(ana_lunch)s",
        also=("L29_card_cycle",),
    ),
    Fault(
        "L24_revoked_but_redeemed",
        "UPDATE rewards SET revoked_at = app_now() WHERE id = %(ana_coffee)s",
        also=("L23_revoked_ne_void",),
    ),
    Fault("L25_reward_price", "UPDATE rewards SET cost = 5 WHERE id = %(ana_coffee)s", also=("L29_card_cycle",)),
    Fault("L26_reward_cause", "UPDATE rewards SET caused_by = %(carla_stamp)s WHERE id = %(ana_coffee)s"),
    Fault("L26_reward_cause", "UPDATE rewards SET caused_by = %(carla_issue)s WHERE id = %(carla_coffee)s"),
    Fault(
        "L27_redeem_other_card",
        "UPDATE stamp_events SET reward_id = %(carla_coffee)s WHERE id = %(ana_redemption)s",
        also=(*MISTOLD, "L22_redemption_ne_ledger", "L24_revoked_but_redeemed"),
    ),
    Fault(
        "L28_redemption_times",
        "UPDATE redemptions SET confirmed_at = reserved_at - interval '1 second' WHERE id = %(ana_redemption)s",
    ),
    Fault(
        "L28_redemption_times",
        "UPDATE redemptions SET voided_at = confirmed_at - interval '1 second' WHERE id = %(beto_redemption)s",
    ),
    Fault("L29_card_cycle", "UPDATE cards SET cycle = cycle + 1 WHERE id = %(ana)s"),
    Fault("L44_step_given_twice", "UPDATE rewards SET counts_on = %(ana)s WHERE id = %(flor_coffee)s"),
    Fault("L44_step_given_twice", "UPDATE rewards SET counts_on = %(flor)s, counts_in = 1 WHERE id = %(ana_coffee)s"),
)

PEOPLE = (
    Fault("L30_merged_into_merged", "UPDATE cards SET merged_into = %(dora)s WHERE id = %(pending)s"),
    Fault("L30_merged_into_merged", "UPDATE customers SET merged_into = %(dora_customer)s WHERE id = %(ana_customer)s"),
    Fault(
        "L31_merged_card_alive",
        "UPDATE rewards SET card_id = %(dora)s WHERE id = %(ana_lunch)s",
        also=("L25_reward_price", "L26_reward_cause", "L29_card_cycle"),
    ),
    Fault("L32_consent_derived", "UPDATE customers SET opted_in_at = NULL WHERE id = %(ana_customer)s"),
    Fault("L32_consent_derived", "UPDATE customers SET opted_out_at = app_now() WHERE id = %(ana_customer)s"),
    Fault("L32_consent_derived", "UPDATE customers SET opted_in_at = app_now() WHERE id = %(dora_customer)s"),
    Fault("L33_session_of_nobody", "UPDATE memberships SET disabled_at = app_now() WHERE account_id = %(diego)s"),
    Fault("L33_session_of_nobody", "UPDATE sessions SET business_id = NULL WHERE account_id = %(rosa)s"),
    Fault("L34_session_times", "UPDATE sessions SET rotated_at = created_at - interval '1 hour'"),
    Fault(
        "L34_session_times",
        "UPDATE sessions SET revoked_at = created_at - interval '1 hour', revoked_why = 'logout'",
    ),
    Fault("L35_shop_without_owner", "UPDATE memberships SET role = 'staff' WHERE account_id = %(rosa)s"),
    Fault("L36_idempotency_dangling", "UPDATE idempotency_keys SET resource_id = new_id()"),
)

_TILL = """
    INSERT INTO devices (business_id, id, name, enrolled_by)
      VALUES (%(shop)s, '00000000-0000-7000-8000-000000000001', 'Till', %(rosa)s);
"""
_PIN_OF_DIEGO = """
    INSERT INTO pins (business_id, account_id, salt, mac)
      VALUES (%(shop)s, %(diego)s, decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'));
"""
_KEY_OF_DIEGO = """
    INSERT INTO api_keys (business_id, id, prefix, secret_hash, scopes)
      VALUES (%(shop)s, %(diego)s, 'abcdefgh', decode(repeat('00', 32), 'hex'), '{stamps:write}');
"""


def _with(first: str, then: str) -> str:
    return f"{first} {then}"


ACCESS = (
    Fault(
        "L60_session_on_ended_till",
        _with(
            _TILL,
            """UPDATE devices SET revoked_at = app_now();
            UPDATE sessions SET device_id = '00000000-0000-7000-8000-000000000001' WHERE account_id = %(diego)s""",
        ),
    ),
    Fault(
        "L61_till_credential",
        _with(
            _TILL,
            """UPDATE devices SET revoked_at = app_now();
            INSERT INTO device_credentials (business_id, id, device_id, expires_at)
              SELECT business_id, new_id(), id, app_now() + interval '90 days' FROM devices""",
        ),
    ),
    Fault(
        "L61_till_credential",
        _with(
            _TILL,
            """INSERT INTO device_credentials (business_id, id, device_id, expires_at)
              SELECT business_id, new_id(), id, app_now() - interval '1 day' FROM devices""",
        ),
    ),
    Fault(
        "L62_pin_of_nobody",
        _with(_PIN_OF_DIEGO, "UPDATE memberships SET disabled_at = app_now() WHERE account_id = %(diego)s"),
        also=("L33_session_of_nobody",),
    ),
    Fault(
        "L62_pin_of_nobody",
        _with(
            _TILL,
            """UPDATE sessions SET device_id = '00000000-0000-7000-8000-000000000001', means = 'pin'
              WHERE account_id = %(diego)s""",
        ),
    ),
    Fault("L63_key_and_its_member", "UPDATE memberships SET role = 'machine' WHERE account_id = %(diego)s"),
    Fault("L63_key_and_its_member", _KEY_OF_DIEGO),
    Fault(
        "L63_key_and_its_member",
        _with(
            _KEY_OF_DIEGO,
            """UPDATE api_keys SET revoked_at = app_now();
            UPDATE memberships SET role = 'machine' WHERE account_id = %(diego)s""",
        ),
    ),
    Fault(
        "L64_stamp_after_dismissal",
        "UPDATE memberships SET disabled_at = app_now() - interval '1 day' WHERE account_id = %(diego)s",
        also=("L33_session_of_nobody",),
    ),
)

FACTS = (
    Fault("L40_fact_missing", "DELETE FROM events WHERE kind = 'StampAdded'"),
    Fault("L40_fact_missing", "DELETE FROM events WHERE kind = 'RewardEarned'"),
    Fault("L40_fact_missing", "DELETE FROM events WHERE kind = 'RewardRedeemed'"),
    Fault("L40_fact_missing", "DELETE FROM events WHERE kind = 'StampVoided'"),
    Fault("L40_fact_missing", "DELETE FROM events WHERE kind = 'RedemptionVoided'"),
    Fault(
        "L41_fact_without_change",
        """INSERT INTO events (id, business_id, kind, payload)
           VALUES (new_id(), %(shop)s, 'StampAdded', jsonb_build_object('stamp_id', new_id()))""",
    ),
    Fault("L42_fact_waiting", "UPDATE events SET recorded_at = recorded_at - interval '10 minutes'"),
    Fault(
        "L43_job_stuck",
        "UPDATE pgqueuer SET execute_after = app_now() - interval '10 minutes' WHERE status = 'queued'",
    ),
    Fault("L43_job_stuck", "UPDATE pgqueuer SET heartbeat = app_now() - interval '10 minutes' WHERE status = 'picked'"),
)

WALLS = (
    Fault("L50_tenant_wall", "ALTER TABLE cards DISABLE ROW LEVEL SECURITY"),
    Fault("L50_tenant_wall", "ALTER TABLE businesses NO FORCE ROW LEVEL SECURITY"),
    Fault("L50_tenant_wall", "DROP POLICY tenant ON customers"),
    Fault("L50_tenant_wall", "CREATE POLICY oops ON customers FOR SELECT TO sello_app USING (true)"),
    Fault("L50_tenant_wall", "CREATE POLICY oops ON customers FOR SELECT TO PUBLIC USING (name IS NOT NULL)"),
    Fault("L50_tenant_wall", "CREATE TABLE oops (business_id uuid, id uuid)"),
    Fault("L51_role_too_strong", "ALTER ROLE sello_app BYPASSRLS"),
    Fault("L51_role_too_strong", "ALTER ROLE sello_platform SUPERUSER", also=("L52_append_only",)),
    Fault("L51_role_too_strong", "GRANT sello_owner TO sello_app", also=("L52_append_only",)),
    Fault("L52_append_only", "GRANT UPDATE (reason) ON stamp_events TO sello_app"),
    Fault("L52_append_only", "GRANT DELETE ON consent_events TO sello_platform"),
    Fault(
        "L53_reference_without_tenant",
        """ALTER TABLE rewards ADD UNIQUE (id);
           ALTER TABLE redemptions ADD FOREIGN KEY (reward_id) REFERENCES rewards (id)""",
    ),
    Fault(
        "L54_reference_broken",
        "INSERT INTO devices (business_id, id, name, enrolled_by) VALUES (%(shop)s, new_id(), 'Till', new_id())",
    ),
    Fault(
        "L54_reference_broken",
        "INSERT INTO devices (business_id, id, name, enrolled_by) VALUES (%(shop)s, new_id(), 'Till', %(stranger)s)",
    ),
    Fault(
        "L55_index_invalid",
        """SET LOCAL allow_system_table_mods = on;
           UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'cards_link'::regclass""",
    ),
    Fault("L56_constraint_unvalidated", "ALTER TABLE cards ADD CHECK (seq < 1000000) NOT VALID"),
    Fault(
        "L57_idle_in_transaction",
        """CREATE OR REPLACE FUNCTION laws_clock(OUT latest timestamptz, OUT overdue timestamptz,
             OUT facts_since timestamptz, OUT idle_since timestamptz) LANGUAGE sql VOLATILE AS $$
             SELECT app_now(), app_now() - interval '1 day', app_now() - interval '1 day', clock_timestamp() $$""",
        idle=True,
    ),
    Fault("L58_sessions_unseen", "REVOKE pg_read_all_stats FROM sello_laws"),
)

RULES = (
    Fault(
        "L15_stamps_until", "UPDATE cards SET stamps_until = (app_now() + interval '9 days')::date WHERE id = %(ana)s"
    ),
    Fault("L15_stamps_until", "UPDATE cards SET stamps_until = stamps_until + 1 WHERE id = %(eva)s"),
    Fault(
        "L16_expiry_overdue",
        """UPDATE stamp_events SET stamps_until = '2020-01-01' WHERE id = %(eva_stamp)s;
           UPDATE cards SET stamps_until = '2020-01-01' WHERE id = %(eva)s""",
    ),
    Fault(
        "L16_expiry_overdue",
        """UPDATE rewards SET issued_at = issued_at - interval '40 days',
             good_until = (app_now() - interval '30 days')::date WHERE id = %(ana_lunch)s""",
    ),
    Fault(
        "L17_expire_entry",
        "UPDATE stamp_events SET delta = -2, balance_after = 1 WHERE id = %(eva_lapse)s",
        also=("L01_balance_ne_ledger", "L04_balance_chain"),
    ),
    Fault("L17_expire_entry", "UPDATE rewards SET expired_at = NULL WHERE id = %(eva_cookie)s"),
    Fault("L18_gift", "DELETE FROM gifts"),
    Fault("L18_gift", "UPDATE gifts SET kind = 'birthday', year = 2026"),
    Fault(
        "L19_reward_ends",
        "UPDATE rewards SET good_until = (app_now() - interval '2 days')::date WHERE id = %(ana_lunch)s",
    ),
    Fault(
        "L19_reward_ends",
        "UPDATE rewards SET good_until = (app_now() + interval '2 days')::date WHERE id = %(eva_cookie)s",
    ),
    Fault("L37_happy_hour", "UPDATE stamp_events SET flags = '{happy_x2}' WHERE id = %(ana_stamp)s"),
    Fault(
        "L37_happy_hour",
        """UPDATE reward_rules SET body = body || '{"happy_hours": [{"weekdays": [1, 2, 3, 4, 5, 6, 7],
           "starts": "00:00", "ends": "24:00", "factor": 2}]}' WHERE business_id = %(shop)s""",
    ),
    Fault(
        "L38_below_minimum",
        """UPDATE reward_rules SET body = body || '{"minimum_spend_centimos": 500}' WHERE business_id = %(shop)s""",
    ),
    Fault(
        "L39_roll_over",
        "UPDATE reward_rules SET body = body || '{\"roll_over\": false}' WHERE business_id = %(shop)s",
    ),
)

FAULTS = (
    LEDGER
    + REWARDS
    + RULES
    + PEOPLE
    + PRIVACY
    + ACCESS
    + FACTS
    + WALLS
    + SHELF
    + IMPORTS
    + ARCHIVES
    + STATISTICS
    + PLANS
    + SENDS
    + WALLETS
)
