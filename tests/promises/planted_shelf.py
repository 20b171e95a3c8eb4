"""The faults of what a shop shows: its files, its papers, its address and who answers for it."""

from tests.promises.fault import Fault

# A file beside the ones the scene has.
_FILE = """
    INSERT INTO files (business_id, id, kind, name, content_type, bytes, sha256, created_at, stored_at, removed_at)
    SELECT %(shop)s, new_id(), {kind}, concat(%(shop)s::text, '/', {kind}, '-', repeat('A', 26), {ending}),
      {content_type}, 1, sha256(''), app_now() - interval '4 days', {times}
"""
_LOGO = {"kind": "'logo'", "ending": "'.png'", "content_type": "'image/png'"}
_POSTER = {"kind": "'poster'", "ending": "'.pdf'", "content_type": "'application/pdf'"}
_CLOSED_SINCE = "; UPDATE businesses SET closed_at = app_now() - interval '34 days' WHERE id = %(shop)s"
# A picture for everybody, in the folder that is given.
_HERO = """
    INSERT INTO files (business_id, id, kind, name, content_type, bytes, sha256, created_at, stored_at)
    SELECT %(shop)s, new_id(), 'hero', concat({folder}, '/hero-', repeat('A', 26), '.png'),
      'image/png', 1, sha256(''), app_now() - interval '4 days', app_now() - interval '4 days'
"""
_REMOVED = "app_now() - interval '4 days', app_now()"

SHELF = (
    Fault("L90_file_misfiled", "UPDATE files SET name = replace(name, %(shop)s::text, new_id()::text)"),
    Fault("L90_file_misfiled", "UPDATE files SET content_type = 'image/png' WHERE kind = 'poster'"),
    Fault("L90_file_misfiled", "UPDATE files SET stored_at = created_at - interval '1 hour' WHERE kind = 'poster'"),
    Fault("L90_file_misfiled", "UPDATE files SET deleted_at = app_now() WHERE kind = 'poster'"),
    Fault("L91_poster_without_file", _FILE.format(**_POSTER, times=_REMOVED)),
    Fault("L91_poster_without_file", "UPDATE posters SET file_id = %(logo)s"),
    Fault("L92_address_not_kept", "DELETE FROM slugs WHERE business_id = %(shop)s"),
    Fault("L92_address_not_kept", "UPDATE businesses SET slug = 'elsewhere' WHERE id = %(shop)s"),
    Fault("L93_file_not_swept", _FILE.format(**_LOGO, times="NULL, NULL")),
    Fault("L93_file_not_swept", _FILE.format(**_LOGO, times=f"{_REMOVED} - interval '3 days'")),
    Fault("L90_file_misfiled", _HERO.format(folder="%(shop)s::text")),
    Fault(
        "L93_file_not_swept",
        _HERO.format(folder="'public'") + _CLOSED_SINCE,
        also=("L46_pass_not_voided",),
    ),
    Fault("L94_poster_missing", """UPDATE posters SET shown = '{"design": "band"}'"""),
    Fault(
        "L94_poster_missing",
        """UPDATE reward_rules SET created_at = app_now() - interval '10 minutes' WHERE business_id = %(shop)s;
           UPDATE files SET removed_at = app_now() WHERE kind = 'poster'""",
    ),
    Fault(
        "L95_identity_order",
        "INSERT INTO legal_identities (business_id, version, legal_name, address)"
        " VALUES (%(shop)s, 2, 'Luna SAC', 'Jr. Cusco 120')",
    ),
    Fault(
        "L95_identity_order",
        "INSERT INTO legal_identities (business_id, version, legal_name, address, since)"
        " SELECT %(shop)s, n, 'Luna SAC', 'Jr. Cusco 120', app_now() - n * interval '1 day'"
        " FROM generate_series(1, 2) n",
    ),
)
