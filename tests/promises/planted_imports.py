"""The faults of what shops bring along."""

from tests.promises.fault import Fault

IMPORTS = (
    Fault("L70_history_at", "UPDATE cards SET history_at = NULL WHERE id = %(hugo)s"),
    Fault("L70_history_at", "UPDATE cards SET history_at = app_now() WHERE id = %(ana)s"),
    Fault("L71_import_state", "UPDATE imports SET done_lines = 0, new_entries = 0 WHERE id = %(hugo_import)s"),
    Fault("L71_import_state", "UPDATE imports SET skip_bad = false WHERE id = %(hugo_import)s"),
    Fault("L71_import_state", "UPDATE imports SET outcome = 'refused' WHERE id = %(hugo_import)s"),
    Fault("L71_import_state", "UPDATE imports SET new_entries = 2 WHERE id = %(hugo_import)s"),
    Fault("L71_import_state", "UPDATE imports SET file = 'phone' WHERE id = %(hugo_import)s"),
    Fault(
        "L71_import_state",
        """UPDATE imports SET file = 'phone', ended_at = NULL, outcome = NULL,
             created_at = app_now() - interval '3 days' WHERE id = %(hugo_import)s""",
    ),
    Fault("L72_imported_entry", "UPDATE stamp_events SET account_id = %(diego)s WHERE id = %(hugo_visit)s"),
    Fault("L72_imported_entry", "UPDATE stamp_events SET id = new_id() WHERE id = %(hugo_visit)s"),
    Fault(
        "L72_imported_entry",
        """UPDATE cards SET history_at = history_at - interval '1 hour' WHERE id = %(hugo)s;
           UPDATE stamp_events SET occurred_at = occurred_at - interval '1 hour' WHERE id = %(hugo_visit)s""",
    ),
)
