"""A card in a phone with everything that belongs to it, as rows; no law is broken by it."""

from typing import Any, Final

from sello.infrastructure.passkit import seal
from sello.shared.auth import Keys
from sello.shared.ids import new_id, random_code

CARRIED: Final = """
    INSERT INTO wallet_tags (pass_type_id, last) VALUES (%(pass_type)s, 1)
      ON CONFLICT (pass_type_id) DO NOTHING;
    INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq, tag,
      events)
      SELECT business_id, %(pass)s, id, 'apple', %(serial)s, %(pass_type)s, %(token_sealed)s, seq, 1, 1 FROM cards
      WHERE id = %(card)s;
    INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed)
      VALUES (%(phone)s, %(phone_id)s, %(pass_type)s, 'sealed');
    INSERT INTO wallet_registrations (business_id, pass_id, device) VALUES (%(shop)s, %(pass)s, %(phone)s);
    INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, details)
      VALUES (%(shop)s, %(pass)s, 1, 1, 'logged', jsonb_build_object('text', %(marker)s));
"""


def ids_of_a_pass(keys: Keys) -> dict[str, Any]:
    """Fresh ids and a token for `CARRIED`; it also takes `shop`, `card` and `marker`."""
    made: dict[str, Any] = {name: new_id() for name in ("pass", "phone")}
    made["token_sealed"] = seal(keys, "pass-token", random_code(26))
    return made | {"serial": random_code(26), "phone_id": new_id().hex, "pass_type": "pass.pe.sello.cards"}
