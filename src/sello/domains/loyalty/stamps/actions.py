"""Giving a stamp. Nothing runs after the commit; reactions start from the fact the statement wrote."""

from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from sello.domains.business import current_rules
from sello.domains.loyalty.stamps import queries
from sello.domains.loyalty.stamps.rules import CompiledRules, StampOrder, StampResult, compile_rules, refusal
from sello.infrastructure.database.db import Db
from sello.shared import metrics
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import BusinessId, StampId
from sello.shared.validation import plausible_id

_ATTEMPTS = 5
_CACHED = 5_000


class Rulebook:
    """Compiled rules by shop, kept in the process.

    Never stale: the statement compares the version with the shop's row and answers `rules_changed`, on which the
    entry is dropped and read again.
    """

    def __init__(self) -> None:
        self._compiled: dict[BusinessId, CompiledRules] = {}

    async def of(self, db: Db, business_id: BusinessId) -> CompiledRules:
        """The shop's compiled rules; Refused `rules_missing` before its first version."""
        known = self._compiled.get(business_id)
        if known is not None:
            return known
        rules = await current_rules(db, business_id)
        if rules is None:
            raise Refused("rules_missing")
        if len(self._compiled) >= _CACHED:
            self._compiled.clear()
        compiled = self._compiled[business_id] = compile_rules(rules)
        return compiled

    def forget(self, business_id: BusinessId) -> None:
        """Read this shop's rules again at the next use."""
        self._compiled.pop(business_id, None)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamp that stands in the ledger; `new` is False for a replay."""

    id: StampId
    result: StampResult
    required: int
    new: bool


async def add_stamp(db: Db, rulebook: Rulebook, business_id: BusinessId, order: StampOrder) -> Stamped:
    """Count a stamp once, however often it is sent; refuses with the reason of the rule that forbids it."""
    plausible_id(order.id)
    for _ in range(_ATTEMPTS):
        rules = await rulebook.of(db, business_id)
        try:
            result = await queries.add_stamp(db, business_id, order, rules)
        except UniqueViolation as error:
            # Two cards were sent the same id at the same moment: the other one has it, and this one wrote nothing.
            if error.diag.constraint_name and error.diag.constraint_name.startswith("stamp_events"):
                raise Refused("id_reused") from error
            raise
        assert result is not None  # noqa: S101  # the function always returns a row
        if result.outcome == "rules_changed":
            rulebook.forget(business_id)
            continue
        if result.outcome not in ("counted", "replay"):
            raise refusal(result, rules)
        new = result.outcome == "counted"
        if new:
            metrics.count_stamp(business_id, stamps=result.given or 0)
        return Stamped(order.id, result, result.required or rules.required, new)
    raise Unavailable
