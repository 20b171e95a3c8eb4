"""Some of the demo's people keep their card in an iPhone: those that the simulator of Apple plays.

Phones are laid where that process finds them when it starts, which is after the world was made.
"""

import secrets
from collections.abc import Mapping

from sello.domains.loyalty import Forge, Strips, add_to_phone
from sello.entry.settings import Settings
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.passkit.simulator.drawer import lay_in
from sello.infrastructure.storage import Storage


async def carry(
    settings: Settings, db: Db, platform_db: PlatformDb, storage: Storage, cards: Mapping[str, str]
) -> None:
    """Put each card, by the text of its link, into the phone of that name. Real certificates are for real phones."""
    if not (settings.apple_wallet_on and settings.passkit.development):
        return
    forge = Forge(settings.keys, settings.passkit, Strips(storage), settings.public_base_url)
    for name, text in cards.items():
        device, token = secrets.token_hex(16), secrets.token_hex(32)
        one, built = await add_to_phone(db, platform_db, forge, text, device, token, language="es")
        lay_in(
            settings.sello_home / "apple",
            name,
            device=device,
            topic=one.pass_type_id,
            token=token,
            pkpass=built.pkpass,
        )
