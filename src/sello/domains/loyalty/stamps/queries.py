"""The one statement of a stamp."""

from typing import Any

from sello.domains.loyalty.stamps.rules import CompiledRules, StampOrder, StampResult
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def add_stamp(db: Db, business_id: BusinessId, order: StampOrder, rules: CompiledRules) -> StampResult | None:
    """Run `add_stamp_v1`: lock the card, check, write the ledger, rewards and facts, or say why not.

    It sets the tenant itself (see `Db`).
    Raises UniqueViolation when the id is already another card's. Locks: the card's row, then the staff member's day.
    """
    return await db.fetch_one(
        StampResult,
        business_id,
        """
        SELECT outcome, card_id, customer_id, customer_name, balance, seq, occurred_at, blocked_until, zone, required,
          rewards, given, factor, through AS stamps_until
        FROM set_config('app.business_id', %(business_id)s::text, true) AS tenant, LATERAL add_stamp_v1(
          tenant::uuid, %(id)s::uuid, %(account_id)s::uuid, %(membership_version)s::int, %(device_id)s::uuid,
          %(branch_id)s::uuid, %(card_id)s::uuid, %(customer_id)s::uuid, %(scan_code)s::text,
          %(code_issued_at)s::timestamptz,
          %(occurred_at)s::timestamptz, %(amount)s::bigint, %(count)s::int, %(override)s::text,
          %(rule_version)s::int, %(steps)s::int[], %(titles)s::text[], %(cooldown)s::interval,
          %(card_cap)s::int, %(staff_cap)s::int, %(most)s::int, %(session_id)s::uuid, %(expired)s::boolean,
          %(credential_id)s::uuid, %(roll_over)s::boolean, %(minimum)s::bigint, %(happy)s::int[],
          %(stamps_days)s::int, %(rewards_days)s::int)
        """,
        id=order.id,
        account_id=order.account_id,
        membership_version=order.membership_version,
        device_id=order.device_id,
        branch_id=order.branch_id,
        card_id=order.card_id,
        customer_id=order.customer_id,
        scan_code=order.scan_code,
        code_issued_at=order.code_issued_at,
        expired=order.code_expired,
        occurred_at=order.occurred_at,
        amount=order.amount_centimos,
        count=order.count,
        override=order.override_reason,
        session_id=order.session_id,
        credential_id=order.credential_id,
        **_parameters(rules),
    )


def _parameters(rules: CompiledRules) -> dict[str, Any]:
    return {
        "rule_version": rules.version,
        "steps": rules.steps_array,
        "titles": rules.titles_array,
        "cooldown": rules.cooldown,
        "card_cap": rules.card_cap,
        "staff_cap": rules.staff_cap,
        "most": rules.most_per_purchase,
        "roll_over": rules.roll_over,
        "minimum": rules.minimum,
        "happy": rules.happy,
        "stamps_days": rules.stamps_days,
        "rewards_days": rules.rewards_days,
    }
