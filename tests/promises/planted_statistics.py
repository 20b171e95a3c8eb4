"""The faults of the statistics."""

from tests.promises.fault import Fault

# Whatever is recorded counts as long ago: what still waits is overdue.
_OVERDUE = """CREATE OR REPLACE FUNCTION laws_clock(OUT latest timestamptz, OUT overdue timestamptz,
    OUT facts_since timestamptz, OUT idle_since timestamptz) LANGUAGE sql VOLATILE AS $$
    SELECT app_now(), app_now(), app_now() - interval '1 day', clock_timestamp() - interval '1 day' $$"""

STATISTICS = (
    Fault(
        "L80_days_ne_ledger",
        "UPDATE customer_days SET rewards_redeemed = 0",
        also=("L82_stats_ne_days", "L83_shop_days_ne_days"),
    ),
    Fault(
        "L80_days_ne_ledger",
        "UPDATE customer_days SET day = day - 1",
        also=("L82_stats_ne_days", "L83_shop_days_ne_days"),
    ),
    Fault("L80_days_ne_ledger", "UPDATE customer_stats SET counted_seq = counted_seq - 1"),
    Fault("L81_statistics_behind", _OVERDUE, also=("L42_fact_waiting", "L43_job_stuck", "L94_poster_missing")),
    Fault(
        "L81_statistics_behind",
        "UPDATE customer_stats SET enrolled_day = enrolled_day - 1",
        also=("L83_shop_days_ne_days",),
    ),
    Fault("L81_statistics_behind", "UPDATE businesses SET inactivity_threshold_days = 15 WHERE id = %(shop)s"),
    Fault(
        "L81_statistics_behind",
        "UPDATE cards SET erased_at = app_now() - interval '10 minutes' WHERE id = %(ana)s",
        also=("L46_pass_not_voided",),
    ),
    Fault("L82_stats_ne_days", "UPDATE customer_stats SET visits = 2"),
    Fault("L82_stats_ne_days", "UPDATE customer_stats SET median_gap = 1"),
    Fault(
        "L82_stats_ne_days",
        "UPDATE customer_stats SET at_risk_from = at_risk_from + 1",
        also=("L84_missing_ne_stats",),
    ),
    Fault(
        "L83_shop_days_ne_days",
        "UPDATE daily_stats SET stamps = stamps + 1 WHERE branch_id = %(no_branch)s AND visits > 0",
    ),
    Fault("L83_shop_days_ne_days", "UPDATE daily_stats SET active_moved = 0 WHERE active_moved < 0"),
    Fault("L83_shop_days_ne_days", "DELETE FROM daily_stats WHERE new_cards = 1"),
    Fault("L84_missing_ne_stats", "UPDATE daily_stats SET lost_moved = 0"),
    Fault("L84_missing_ne_stats", "UPDATE daily_stats SET day = day + 1 WHERE at_risk_moved > 0"),
    Fault(
        "L85_day_not_closed",
        """INSERT INTO shop_statistics (business_id, closed_through)
           SELECT id, (app_now() AT TIME ZONE zone)::date - 4 FROM businesses WHERE id = %(shop)s
           ON CONFLICT (business_id) DO UPDATE SET closed_through = EXCLUDED.closed_through""",
    ),
    Fault("L85_day_not_closed", "UPDATE businesses SET created_at = created_at - interval '4 days'"),
)
