"""Pages of a shop's customers, in three orders, and how many are in each group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from sello.domains.analytics.directory.rules import Counts, Group, Listed
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId

# Every customer of the shop with what is known of their visits. Words may stand anywhere in a name and groups move with
# the day, so a page goes through the shop's customers: some 50 ms for ten thousand, measured.
# The words are patterns for LIKE: a sub-select for each customer takes four times as long, and so
# would asking the clock for each of them.
_PICKED: LiteralString = """
    WITH t AS MATERIALIZED (
      SELECT app_now() AS now, (app_now() AT TIME ZONE z.zone)::date AS day FROM businesses z
      WHERE z.id = %(business_id)s)
    SELECT u.id, k.id AS card_id, u.name, u.phone, u.last_three,
      CASE WHEN u.confirmed_at IS NULL THEN 'pending' WHEN s.lost_from <= t.day THEN 'lost'
        WHEN s.at_risk_from <= t.day THEN 'at_risk' WHEN u.enrolled_at > t.now - interval '30 days' THEN 'new'
        WHEN coalesce(s.visits, 0) > 0 THEN 'active' ELSE 'unseen' END AS state,
      CASE WHEN k.stamps_until < t.day THEN 0 ELSE k.balance END AS balance, (
      SELECT count(*)::int FROM rewards w
      WHERE w.business_id = k.business_id AND w.card_id = k.id AND w.revoked_at IS NULL AND w.expired_at IS NULL
        AND (w.good_until IS NULL OR w.good_until >= t.day) AND NOT EXISTS (
          SELECT FROM redemptions d WHERE d.business_id = w.business_id AND d.reward_id = w.id
            AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)
      ) AS ready,
      coalesce(s.visits, 0) AS visits, greatest(k.last_at, k.history_at) AS last_at, s.median_gap, u.birth_day,
      u.birth_month, u.source, u.enrolled_at, u.opted_in_at, u.opted_out_at,
      coalesce(greatest(k.last_at, k.history_at), timestamptz '1970-01-01 00:00Z') AS sorted_at,
      u.name_folded AS sorted_name
    FROM customers u
    JOIN cards k ON k.business_id = u.business_id AND k.customer_id = u.id
    CROSS JOIN t
    LEFT JOIN customer_stats s ON s.business_id = k.business_id AND s.card_id = k.id
    WHERE u.business_id = %(business_id)s AND u.merged_into IS NULL AND u.erased_at IS NULL
      AND CASE %(group)s::text
        WHEN 'pending' THEN u.confirmed_at IS NULL
        WHEN 'active' THEN u.confirmed_at IS NOT NULL AND s.visits > 0 AND s.at_risk_from > t.day
        WHEN 'new' THEN u.confirmed_at IS NOT NULL AND u.enrolled_at > t.now - interval '30 days'
        WHEN 'at_risk' THEN u.confirmed_at IS NOT NULL AND s.at_risk_from <= t.day AND s.lost_from > t.day
        WHEN 'lost' THEN u.confirmed_at IS NOT NULL AND s.lost_from <= t.day
        WHEN 'once' THEN u.confirmed_at IS NOT NULL AND s.visits = 1
        WHEN 'birthday' THEN u.confirmed_at IS NOT NULL AND u.birth_month = extract(month FROM t.day)
        WHEN 'ready' THEN u.confirmed_at IS NOT NULL AND (
          SELECT count(*)::int FROM rewards w
          WHERE w.business_id = k.business_id AND w.card_id = k.id AND w.revoked_at IS NULL AND w.expired_at IS NULL
            AND (w.good_until IS NULL OR w.good_until >= t.day) AND NOT EXISTS (
              SELECT FROM redemptions d WHERE d.business_id = w.business_id AND d.reward_id = w.id
                AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)
        ) > 0
        ELSE u.confirmed_at IS NOT NULL END
      AND (%(marketing)s::boolean IS NULL OR (u.opted_in_at IS NOT NULL) = %(marketing)s::boolean)
      AND (%(ids)s::uuid[] IS NULL OR u.id = ANY (%(ids)s::uuid[]))
      AND (%(digits)s::text IS NULL OR right(u.phone, char_length(%(digits)s::text)) = %(digits)s::text)
      AND u.name_folded LIKE ALL (%(likes)s::text[])
"""
_FIRST: Final = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which customers: of a group, found by digits or by what names are like, who take messages or not, these ids."""

    group: Group
    marketing: bool | None
    digits: str | None
    likes: list[str]
    ids: list[UUID] | None


@dataclass(frozen=True, slots=True)
class Zone:
    """The shop's time zone."""

    zone: str


async def people_by_visit(
    db: Db, business_id: BusinessId, which: Filter, *, before: datetime | None, before_id: UUID, limit: int
) -> list[Listed]:
    """The last seen first; who never came stands at the end."""
    return await db.fetch_all(
        Listed,
        business_id,
        _PICKED
        + """
      AND (coalesce(greatest(k.last_at, k.history_at), timestamptz '1970-01-01 00:00Z'), u.id)
        < (%(before)s::timestamptz, %(before_id)s::uuid)
    ORDER BY sorted_at DESC, u.id DESC LIMIT %(limit)s
        """,
        before=before or _FIRST,
        before_id=before_id,
        limit=limit,
        group=which.group,
        marketing=which.marketing,
        digits=which.digits,
        likes=which.likes,
        ids=which.ids,
    )


async def people_by_name(
    db: Db, business_id: BusinessId, which: Filter, *, after: str, after_id: UUID, limit: int
) -> list[Listed]:
    """By name, from A to Z, blind to accents."""
    return await db.fetch_all(
        Listed,
        business_id,
        _PICKED
        + """
      AND (u.name_folded, u.id) > (%(after)s::text, %(after_id)s::uuid)
    ORDER BY sorted_name, u.id LIMIT %(limit)s
        """,
        after=after,
        after_id=after_id,
        limit=limit,
        group=which.group,
        marketing=which.marketing,
        digits=which.digits,
        likes=which.likes,
        ids=which.ids,
    )


async def people_by_enrolment(
    db: Db, business_id: BusinessId, which: Filter, *, before: datetime | None, before_id: UUID, limit: int
) -> list[Listed]:
    """The newest first."""
    return await db.fetch_all(
        Listed,
        business_id,
        _PICKED
        + """
      AND (u.enrolled_at, u.id) < (%(before)s::timestamptz, %(before_id)s::uuid)
    ORDER BY u.enrolled_at DESC, u.id DESC LIMIT %(limit)s
        """,
        before=before or _FIRST,
        before_id=before_id,
        limit=limit,
        group=which.group,
        marketing=which.marketing,
        digits=which.digits,
        likes=which.likes,
        ids=which.ids,
    )


async def counts_of(db: Db, business_id: BusinessId) -> Counts | None:
    """How many of the shop's customers are in each group."""
    return await db.fetch_one(
        Counts,
        business_id,
        """
        WITH t AS MATERIALIZED (
          SELECT app_now() AS now, (app_now() AT TIME ZONE z.zone)::date AS day FROM businesses z
          WHERE z.id = %(business_id)s)
        SELECT count(*) FILTER (WHERE p.known)::int AS all,
          count(*) FILTER (WHERE p.known AND p.visits > 0 AND p.at_risk_from > p.day)::int AS active,
          count(*) FILTER (WHERE p.known AND p.enrolled_at > p.now - interval '30 days')::int AS new,
          count(*) FILTER (WHERE p.known AND p.ready > 0)::int AS ready,
          count(*) FILTER (WHERE p.known AND p.at_risk_from <= p.day AND p.lost_from > p.day)::int AS at_risk,
          count(*) FILTER (WHERE p.known AND p.lost_from <= p.day)::int AS lost,
          count(*) FILTER (WHERE p.known AND p.visits = 1)::int AS once,
          count(*) FILTER (WHERE p.known AND p.birth_month = extract(month FROM p.day))::int AS birthday,
          count(*) FILTER (WHERE NOT p.known)::int AS pending
        FROM (SELECT u.confirmed_at IS NOT NULL AS known, s.visits, s.at_risk_from, s.lost_from, u.enrolled_at,
                u.birth_month, t.day, t.now, (
            SELECT count(*)::int FROM rewards w
            WHERE w.business_id = k.business_id AND w.card_id = k.id AND w.revoked_at IS NULL AND w.expired_at IS NULL
              AND (w.good_until IS NULL OR w.good_until >= t.day) AND NOT EXISTS (
                SELECT FROM redemptions d WHERE d.business_id = w.business_id AND d.reward_id = w.id
                  AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)
              ) AS ready
            FROM customers u
            JOIN cards k ON k.business_id = u.business_id AND k.customer_id = u.id
            CROSS JOIN t
            LEFT JOIN customer_stats s ON s.business_id = k.business_id AND s.card_id = k.id
            WHERE u.business_id = %(business_id)s AND u.merged_into IS NULL AND u.erased_at IS NULL) p
        """,
    )


async def zone_of(db: Db, business_id: BusinessId) -> Zone | None:
    """The shop's time zone."""
    return await db.fetch_one(Zone, business_id, "SELECT zone FROM businesses WHERE id = %(business_id)s")
