"""The faults of merges, privacy requests and erasures."""

from tests.promises.fault import Fault

PRIVACY = (
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET stamps = stamps + 1"),
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET entry_id = into_entry_id"),
    Fault("L65_merge_ne_ledger", "UPDATE card_merges SET into_card_id = %(ana)s"),
    Fault("L65_merge_ne_ledger", "UPDATE cards SET merged_into = NULL WHERE merged_into = %(flor)s"),
    Fault("L66_request_times", "UPDATE privacy_requests SET due_on = opened_at::date - 1"),
    Fault(
        "L66_request_times",
        "UPDATE privacy_requests SET answered_at = opened_at - interval '1 hour', outcome = 'granted'",
    ),
)
