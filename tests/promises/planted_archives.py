"""The faults of shops that arrived, and of archives that owners asked for."""

from tests.promises.fault import Fault

_ASKED = """
    INSERT INTO archives (business_id, id, asked_by, asked_at, name, bytes, made_at, expires_at, failed_at, deleted_at)
    SELECT {values} FROM memberships m WHERE m.business_id = %(shop)s AND m.role = 'owner'
"""


def _asked(values: str) -> str:
    """An archive with these values after its name; `hours` below are counted from now."""
    name = "%(shop)s || '/archive-00000000000000000000000000.zip'"
    return _ASKED.replace(
        "{values}", f"business_id, new_id(), account_id, app_now() - interval '9 hours', {name}, {values}"
    )


ARCHIVES = (
    Fault(
        "L73_arrival_ne_ledger",
        "INSERT INTO arrivals (business_id, made_at, entries) VALUES (%(shop)s, app_now() - interval '1 day', 7)",
    ),
    Fault("L74_archive_kept", _asked("NULL, NULL, NULL, NULL, NULL")),
    Fault("L74_archive_kept", _asked("1, app_now() - interval '9 days', app_now() + interval '1 day', NULL, NULL")),
    Fault(
        "L74_archive_kept",
        _asked("1, app_now() - interval '8 hours', app_now() - interval '3 hours', NULL, NULL"),
    ),
    Fault("L74_archive_kept", _asked("NULL, NULL, NULL, app_now() - interval '3 hours', NULL")),
)
