"""What Café Luna brought along when it came: the paper cards of its regulars, and the visits its cash register knew."""

import random
from datetime import timedelta
from typing import Final

from sello.domains.loyalty import Brief, ImportKind, Order, carry_out, ground_of, open_import, read
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.ids import AccountId, BusinessId

_SEED: Final = 7
_REGULARS: Final = ("Doris Valdez", "Elmer Cusi", "Norma Llerena", "Saúl Ticona", "Yolanda Apaza", "Wilder Roque")


async def bring_along(db: Db, keys: Keys, business_id: BusinessId, owner: AccountId) -> None:
    """Import six paper cards and a season of visits, in a transaction that makes the demo world."""
    chance, now = random.Random(_SEED), clock.now()  # noqa: S311  # a story, not a secret
    phones = [f"98300{number:04d}" for number in range(1, len(_REGULARS) + 1)]
    people = [
        f"{phone};{name};{chance.randrange(1, 29)}/{chance.randrange(1, 13)};{chance.randrange(1, 5)} de 10"
        for phone, name in zip(phones, _REGULARS, strict=True)
    ]
    visits = [
        f"{phone};{now - timedelta(days + 1, minutes=chance.randrange(600)):%d/%m/%Y %H:%M};{chance.randrange(8, 40)}"
        for phone in phones
        for days in range(chance.randrange(3), 90, chance.randrange(4, 15))
    ]
    files: tuple[tuple[ImportKind, str, list[str]], ...] = (
        ("customers", "celular;nombre;cumpleaños;sellos", people),
        ("visits", "celular;fecha;monto", visits),
    )
    ground = await ground_of(db, keys, business_id)
    for kind, header, lines in files:
        order, data = Order(kind), "\n".join((header, *lines)).encode()
        import_id = await open_import(db, business_id, Brief(order, data, "api", owner), keep_file=False)
        await carry_out(db, ground, import_id, await read(ground, order, data))
