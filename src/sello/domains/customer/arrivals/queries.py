"""Many customers in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Answering:
    """The customer who answers for a phone; of a merged duplicate's phone, the one it leads to."""

    phone: str
    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class Added:
    """A customer who was not there before."""

    id: CustomerId


async def people_by_phone(db: Db, business_id: BusinessId, phones: Sequence[str]) -> list[Answering]:
    """Whoever these phones were proven to be; unknown phones are left out."""
    return await db.fetch_all(
        Answering,
        business_id,
        """
        SELECT DISTINCT ON (u.phone) u.phone, coalesce(u.merged_into, u.id) AS customer_id FROM customers u
        WHERE u.business_id = %(business_id)s AND u.phone = ANY(%(phones)s::text[]) AND u.confirmed_at IS NOT NULL
        ORDER BY u.phone, u.merged_into IS NOT NULL, u.id
        """,
        phones=list(phones),
    )


async def insert_people(db: Db, business_id: BusinessId, rows: str) -> list[Added]:
    """Add people (a JSON list of `rules.Arrival`); those whose phone is somebody's by now are left out.

    In the order of phones, so that two who add the same people do not wait for each other crosswise.
    """
    return await db.fetch_all(
        Added,
        business_id,
        """
        WITH t AS MATERIALIZED (SELECT app_now() AS now)
        INSERT INTO customers (business_id, id, phone, name, name_folded, birth_day, birth_month, source, enrolled_at,
          confirmed_at)
        SELECT %(business_id)s, r.id, r.phone, r.name, r.name_folded, r.birth_day, r.birth_month, 'import',
          coalesce(r.enrolled_at, t.now), t.now
        FROM t, jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, phone text, name text, name_folded text,
          birth_day smallint, birth_month smallint, enrolled_at timestamptz)
        ORDER BY r.phone
        ON CONFLICT (business_id, phone) WHERE confirmed_at IS NOT NULL AND merged_into IS NULL DO NOTHING
        RETURNING id
        """,
        rows=rows,
    )


async def complete_people(db: Db, business_id: BusinessId, rows: str) -> list[Added]:
    """Give known people (a JSON list of `rules.Arrival`) what they lack: a birthday, a name in a stand-in's place.

    Whoever lacks nothing is left out. Locks the customers it changes.
    """
    return await db.fetch_all(
        Added,
        business_id,
        """
        UPDATE customers u SET
          name = CASE WHEN u.source = 'import' AND u.name = ANY(r.stand_ins) THEN r.name ELSE u.name END,
          name_folded = CASE WHEN u.source = 'import' AND u.name = ANY(r.stand_ins) THEN r.name_folded
            ELSE u.name_folded END,
          birth_day = coalesce(u.birth_day, r.birth_day), birth_month = coalesce(u.birth_month, r.birth_month)
        FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, name text, name_folded text, birth_day smallint,
          birth_month smallint, stand_ins text[])
        WHERE u.business_id = %(business_id)s AND u.id = r.id AND u.erased_at IS NULL
          AND ((u.birth_day IS NULL AND r.birth_day IS NOT NULL)
            OR (u.source = 'import' AND u.name = ANY(r.stand_ins) AND u.name <> r.name))
        RETURNING u.id
        """,
        rows=rows,
    )
