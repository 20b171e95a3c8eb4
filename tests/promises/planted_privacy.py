"""The faults of merges, privacy requests and erasures."""

from tests.promises.fault import Fault

PRIVACY = (
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET stamps = stamps + 1"),
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET entry_id = into_entry_id"),
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET into_card_id = %(ana)s"),
    Fault(
        "L65_merge_ne_ledger",
        "UPDATE cards SET merged_into = NULL WHERE merged_into = %(flor)s",
        also=("L44_step_given_twice",),
    ),
    Fault("L66_request_times", "UPDATE privacy_requests SET due_on = opened_at::date - 1"),
    Fault(
        "L66_request_times",
        "UPDATE privacy_requests SET answered_at = opened_at - interval '1 hour', outcome = 'granted'",
    ),
    Fault("L67_erased_person_kept", "UPDATE customers SET birth_day = 1, birth_month = 2 WHERE id = %(gone_customer)s"),
    Fault("L67_erased_person_kept", "UPDATE customers SET network_hash = 'x' WHERE id = %(gone_customer)s"),
    Fault("L67_erased_person_kept", "UPDATE cards SET erased_at = NULL WHERE id = %(gone)s"),
    Fault("L67_erased_person_kept", "UPDATE consent_events SET poster_id = 'a' WHERE customer_id = %(gone_customer)s"),
    Fault(
        "L67_erased_person_kept",
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, erased_at = app_now() - interval '3 days'"
        " WHERE id = %(pending_customer)s",
    ),
    Fault(
        "L67_erased_person_kept",
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, erased_at = app_now()"
        " WHERE id = %(pending_customer)s;"
        " INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, poster_id)"
        " VALUES (%(shop)s, new_id(), %(pending_customer)s, 'opt_out', 'enrolment', '1', '7K2M9Q')",
        also=("L32_consent_derived",),
    ),
    Fault("L67_erased_person_kept", "UPDATE privacy_requests SET wish = 'All' WHERE customer_id = %(gone_customer)s"),
    Fault("L67_erased_person_kept", "UPDATE stamp_events SET reason = 'Ana' WHERE card_id = %(gone)s"),
    Fault(
        "L67_erased_person_kept",
        "INSERT INTO audit_log (id, business_id, action, subject_id, reason)"
        " SELECT new_id(), business_id, 'stamp.voided', id, 'Ana' FROM stamp_events WHERE card_id = %(gone)s",
    ),
    Fault(
        "L67_erased_person_kept",
        "INSERT INTO audit_log (id, business_id, action, subject_id, reason)"
        " VALUES (new_id(), %(shop)s, 'customer.merged', %(gone_customer)s, 'Ana')",
    ),
    Fault(
        "L67_erased_person_kept",
        "UPDATE redemptions SET void_reason = 'Ana' WHERE id = %(gone_redemption)s",
    ),
    Fault(
        "L68_erasure_undone",
        "UPDATE customers SET phone = '+51987654321', name = 'Ana', erased_at = NULL WHERE id = %(gone_customer)s",
    ),
    Fault(
        "L69_erasure_unstored",
        "UPDATE erasures SET stored_at = NULL, erased_at = erased_at - interval '1 hour'",
    ),
)
