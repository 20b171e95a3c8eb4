"""Bringing a file along, through the actions and through the terminal."""

import os
import subprocess
from pathlib import Path
from typing import Any, Literal

from sello.domains.analytics.counts.actions import count_behind
from sello.domains.loyalty import Brief, Import, Order, Reading, carry_out, ground_of, open_import, read
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.stack import SELLO, Stack

Kind = Literal["customers", "visits"]


async def bring(db: Db, shop: Shop, kind: Kind, text: str, **how: bool) -> tuple[Reading, Import]:
    """Import a text, and count the statistics as their reaction does."""
    order = Order(kind, **how)
    ground = await ground_of(db, shop.settings.keys, shop.business_id)
    reading = await read(ground, order, text.encode())
    brief = Brief(order, text.encode(), "terminal", None)
    import_id = await open_import(db, shop.business_id, brief, keep_file=False)
    done = await carry_out(db, ground, import_id, reading)
    await count_behind(db, shop.business_id)
    return reading, done


def terminal(values: dict[str, Any], *words: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """`sello …` on a database, to its end."""
    environment = Stack.environment(values) | {"PATH": os.environ["PATH"], "COLUMNS": "160"} | more
    return subprocess.run(
        [*SELLO, *map(str, words)], env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def ledger_of(database: TestDatabase, business_id: BusinessId) -> list[tuple[Any, ...]]:
    """Everything an import writes, as far as it is the same whenever it is written; cards by their phone."""
    return database.rows(
        """
        SELECT u.phone, u.name, u.birth_day, u.birth_month, c.balance, c.seq, c.cycle, c.last_at, c.history_at, c.day,
          c.day_count, c.stamps_until, e.id, e.seq, e.kind, e.delta, e.balance_after, e.occurred_at, e.amount_centimos,
          e.flags, e.reward_id
        FROM cards c JOIN customers u ON u.id = c.customer_id LEFT JOIN stamp_events e ON e.card_id = c.id
        WHERE c.business_id = %s ORDER BY u.phone, e.seq
        """,
        business_id,
    )
