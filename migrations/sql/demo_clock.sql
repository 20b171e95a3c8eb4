-- The clock of the demo world's transaction alone: replaced inside it and put back (real_clock.sql) before it commits,
-- so nobody else ever sees it.
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT clock_timestamp() - current_setting('demo.ago')::interval $$;
