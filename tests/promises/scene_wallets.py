"""Passes in the scene of the laws: Ana's on two phones, one of Flor's former card, Gilda's after she was erased."""

from tests.promises.scene import Scene

_PASS = """
    INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq, tag,
      shown_seq, shown_at, events, issued_at, voided_at)
    SELECT c.business_id, %(id)s, c.id, %(kind)s, left(upper(md5(%(id)s::text)), 26),
      CASE %(kind)s WHEN 'apple' THEN 'pass.pe.sello' END, CASE %(kind)s WHEN 'apple' THEN 'sealed'::bytea END,
      t.seq, 1, t.seq, app_now(), 1, app_now() - interval '1 day', t.erased_at
    FROM cards c JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
    WHERE c.id = %(card)s;
    INSERT INTO wallet_events (business_id, pass_id, slot, number, kind) VALUES (%(shop)s, %(id)s, 1, 1, 'issued')
"""
_PHONES = """
    INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed)
      VALUES (%(phone)s, 'phone-of-ana', 'pass.pe.sello', 'sealed'),
        (%(tablet)s, 'tablet-of-ana', 'pass.pe.sello', 'sealed');
    INSERT INTO wallet_registrations (business_id, pass_id, device, pushed_tag)
      VALUES (%(shop)s, %(ana_pass)s, %(phone)s, 1), (%(shop)s, %(ana_pass)s, %(tablet)s, 0)
"""


def carry(scene: Scene) -> None:
    """Somebody keeps their card in a wallet."""
    scene.run("INSERT INTO wallet_tags (pass_type_id, last) VALUES ('pass.pe.sello', 3), ('google', 1)")
    former = scene.run("SELECT id FROM cards WHERE merged_into = %(flor)s")
    passes = (
        ("ana_pass", "apple", scene.ids["ana"]),
        ("ana_google", "google", scene.ids["ana"]),
        ("flor_pass", "apple", former),
        ("gone_pass", "apple", scene.ids["gone"]),
    )
    for name, kind, card in passes:
        scene.ids[name] = scene.new()
        scene.run(_PASS, id=scene.ids[name], kind=kind, card=card)
    scene.ids |= {"phone": scene.new(), "tablet": scene.new()}
    scene.run(_PHONES)
