"""The statement of a stamp as the application itself sends it, for pgbench and for the tuned Node server.

It is not copied: the query is run against a recorder, so that a change of the statement changes every side.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, LiteralString, TypeVar, cast
from uuid import UUID

from psycopg.adapt import PyFormat, Transformer

from bench.world import RULES, STAFF, Kind, World, id_of, id_prefix, scan_code_of
from sello.domains.business import RulesInForce
from sello.domains.loyalty.stamps.queries import add_stamp
from sello.domains.loyalty.stamps.rules import StampOrder, compile_rules
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, SessionId, StampId

Row = TypeVar("Row")
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
VARYING: Final = ("business_id", "id", "account_id", "session_id", "scan_code", "occurred_at", "amount")


@dataclass(frozen=True, slots=True)
class Statement:
    """The text with `%(name)s` and the values as PostgreSQL reads them, those of VARYING left out."""

    text: str
    fixed: dict[str, str | None]


class _Recorder:
    """A Db that keeps the statement instead of running it."""

    text = ""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def fetch_one(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> Row | None:
        self.text, self.values = sql, values | {"business_id": business_id}
        return None


def stamp_statement() -> Statement:
    """What one stamp by scan code executes under the rules of the data set."""
    recorder = _Recorder()
    rules = compile_rules(RulesInForce(**dict(RULES), version=1))
    order = StampOrder(
        id=StampId(id_of("card", 0)), account_id=AccountId(id_of("account", 0)), membership_version=1, card_id=None,
        customer_id=None, scan_code=scan_code_of(0), code_issued_at=None, occurred_at=datetime.now(UTC), count=1,
        amount_centimos=1200, device_id=None, branch_id=None, override_reason=None,
        session_id=SessionId(id_of("session", 0)),
    )  # fmt: skip
    asyncio.run(add_stamp(cast(Db, recorder), BusinessId(id_of("shop", 0)), order, rules))
    fixed = {name: _as_text(value) for name, value in recorder.values.items() if name not in VARYING}
    return Statement(" ".join(recorder.text.split()), fixed)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, UUID):
        return str(value)
    dumped = Transformer().get_dumper(value, PyFormat.TEXT).dump
    raw = dumped(value)
    return None if raw is None else bytes(raw).decode()


def pgbench_script(statement: Statement, world: World) -> str:
    """One stamp per transaction, as the application sends it: the statement sets its tenant itself.

    pgbench draws card numbers without repeating one (`permute`) and computes shop and person from them. What an
    application gets as text, it makes of the number inside the statement, which costs less than a microsecond.
    """

    def made(kind: Kind, number: str) -> str:
        return f"('{id_prefix(kind)}' || lpad(:{number}::text, 12, '0'))"

    varying = {
        "business_id": made("shop", "shop"),
        "account_id": made("account", "account"),
        "session_id": made("session", "account"),
        "id": "bench.id_now()",
        "scan_code": "lpad(:card::text, 20, '0')",
        "occurred_at": "clock_timestamp()",
        "amount": "(500 + :card % 40 * 50)",
    }

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in varying:
            return varying[name]
        return "NULL" if statement.fixed[name] is None else f":{name}"

    closed = world.shops - world.open_shops
    lines = (
        "\\set nth :k * :clients + :client_id",
        "\\set k :k + 1",
        f"\\set other :first + permute(:nth, :span, {world.customers})",
        f"\\set card :other / {closed} * {world.shops} + {world.open_shops} + :other % {closed}",
        f"\\set shop :card % {world.shops}",
        f"\\set account :shop * {STAFF} + :card / {world.shops} % {STAFF}",
        _PARAMETER.sub(value, statement.text) + ";",
    )
    return "\n".join(lines) + "\n"


def write_for_node(statement: Statement, path: Path) -> None:
    """The statement with $1, $2, … for node-postgres, the order of its parameters and the values that never change."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    text = _PARAMETER.sub(number, statement.text)
    path.write_text(json.dumps({"text": text, "names": names, "fixed": statement.fixed}, indent=1))
