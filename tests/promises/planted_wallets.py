"""The faults of cards in the phone: Ana's passes and her phones."""

from tests.promises.fault import Fault

_MORE_PHONES = """
    INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed)
      SELECT new_id(), 'phone ' || n, {type}, 'sealed' FROM generate_series(1, {count}) AS n;
    INSERT INTO wallet_registrations (business_id, pass_id, device)
      SELECT %(shop)s, %(ana_pass)s, id FROM wallet_devices WHERE device_id LIKE 'phone _%%'
"""

WALLETS = (
    Fault(
        "L45_pass_behind",
        """UPDATE cards SET issued_at = app_now() - interval '1 hour' WHERE id = %(pending)s;
           UPDATE wallet_passes SET card_id = %(pending)s, issued_at = app_now() - interval '10 minutes'
           WHERE id = %(ana_google)s""",
    ),
    Fault(
        "L46_pass_not_voided",
        """UPDATE cards SET erased_at = app_now() - interval '1 hour' WHERE id = %(gone)s;
           UPDATE wallet_passes SET voided_at = NULL WHERE id = %(gone_pass)s""",
    ),
    Fault(
        "L46_pass_not_voided",
        "UPDATE businesses SET closed_at = app_now() - interval '2 hours' WHERE id = %(shop)s",
    ),
    Fault("L47_pass_tag", "UPDATE wallet_passes SET tag = 4 WHERE id = %(ana_pass)s"),
    Fault("L47_pass_tag", "DELETE FROM wallet_tags WHERE pass_type_id = 'google'"),
    Fault("L47_pass_tag", "UPDATE wallet_passes SET patched_tag = 2 WHERE id = %(ana_google)s"),
    Fault("L47_pass_tag", "UPDATE wallet_registrations SET pushed_tag = 2 WHERE device = %(phone)s"),
    Fault("L48_pass_phones", _MORE_PHONES.format(type="'pass.pe.sello'", count=19)),
    Fault("L48_pass_phones", _MORE_PHONES.format(type="'pass.pe.other'", count=1)),
    Fault(
        "L48_pass_phones",
        """DELETE FROM wallet_registrations WHERE device = %(tablet)s;
           UPDATE wallet_devices SET seen_at = app_now() - interval '4 days' WHERE id = %(tablet)s""",
    ),
    Fault("L49_pass_events", "UPDATE wallet_events SET slot = 2 WHERE pass_id = %(ana_pass)s"),
    Fault("L49_pass_events", "UPDATE wallet_events SET number = 201 WHERE pass_id = %(ana_pass)s"),
    Fault(
        "L49_pass_events",
        "UPDATE wallet_events SET at = app_now() - interval '100 days' WHERE pass_id = %(ana_pass)s",
    ),
    Fault(
        "L67_erased_person_kept",
        """UPDATE wallet_events SET details = '{"text": "Gilda"}', at = app_now() - interval '1 hour'
           WHERE pass_id = %(gone_pass)s""",
    ),
    Fault(
        "L67_erased_person_kept",
        "UPDATE wallet_passes SET voided_at = app_now() - interval '10 days' WHERE id = %(gone_pass)s",
    ),
    Fault(
        "L67_erased_person_kept",
        """UPDATE wallet_passes SET voided_at = app_now() - interval '10 days', token_sealed = NULL
           WHERE id = %(gone_pass)s;
           INSERT INTO wallet_registrations (business_id, pass_id, device)
             VALUES (%(shop)s, %(gone_pass)s, %(tablet)s)""",
    ),
)
