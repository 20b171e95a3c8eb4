-- The moments the laws measure against. Test databases replace it, because there the clock is moved to and fro and no
-- worker runs all the time.
--   latest       nothing was recorded after it
--   overdue      whatever was due before it and is not done is stuck
--   facts_since  facts recorded before it may have been cleared away already (they are kept for 30 days)
--   idle_since   a transaction begun before it and idle now holds others up
CREATE OR REPLACE FUNCTION laws_clock(OUT latest timestamptz, OUT overdue timestamptz, OUT facts_since timestamptz, OUT idle_since timestamptz)
LANGUAGE sql VOLATILE AS $$
  SELECT n.now + interval '2 seconds', n.now - interval '5 minutes', n.now - interval '29 days',
         clock_timestamp() - interval '30 seconds' FROM (SELECT app_now() AS now) n
$$;
