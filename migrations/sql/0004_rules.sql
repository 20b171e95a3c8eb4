-- Finer reward rules: what expires when, gifts that are given once, and how far each shop's nights have come.
-- Written before the first release, when every table is empty: what squawk is told to overlook here blocks nobody.

ALTER TABLE cards
  ADD COLUMN stamps_until date,                                   -- the last day on which the open stamps are good, in the shop's zone; null: for good
  ADD COLUMN stamps_warned date,                                  -- the `stamps_until` that was announced as near
  ADD COLUMN lapsed_until date;                                   -- `stamps_until` of the last lapse, until stamped again: an earlier visit undoes it
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX cards_stamps_until ON cards (business_id, stamps_until) WHERE stamps_until IS NOT NULL;

ALTER TABLE stamp_events
  ADD COLUMN stamps_until date;                                   -- of an earn or bonus: through when it made the open stamps good

ALTER TABLE rewards
  ADD COLUMN source text NOT NULL DEFAULT 'step' CHECK (source IN ('step', 'welcome', 'birthday')),
  ADD COLUMN good_until date,                                     -- fixed at issue: the last day to collect it; null: for good
  ADD COLUMN warned_at timestamptz,                               -- announced as near its end
  ADD COLUMN expired_at timestamptz,                              -- the ledger says so; past `good_until` it is refused even before
  -- squawk-ignore ban-drop-not-null
  ALTER COLUMN caused_by DROP NOT NULL,
  -- squawk-ignore ban-drop-constraint
  DROP CONSTRAINT rewards_threshold_check,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT rewards_of_steps CHECK (CASE source WHEN 'step' THEN threshold >= 1 AND caused_by IS NOT NULL
    ELSE threshold = 0 AND caused_by IS NULL END),
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT rewards_end_once CHECK (expired_at IS NULL OR revoked_at IS NULL);
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX rewards_step;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX rewards_step ON rewards (business_id, card_id, cycle, threshold, cost) WHERE revoked_at IS NULL AND source = 'step';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX rewards_good_until ON rewards (business_id, good_until)
  WHERE good_until IS NOT NULL AND revoked_at IS NULL AND expired_at IS NULL;

CREATE TABLE gifts (                                              -- the key is the promise: once a customer, once a year
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('welcome', 'birthday')),
  year int NOT NULL,                                              -- of the birthday; 0 for the welcome
  reward_id uuid,                                                 -- null: stamps alone
  given_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, customer_id, kind, year),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, reward_id) REFERENCES rewards (business_id, id),
  CHECK ((kind = 'welcome') = (year = 0)),
  CHECK (kind = 'welcome' OR reward_id IS NOT NULL)
);
CREATE UNIQUE INDEX gifts_reward ON gifts (business_id, reward_id) WHERE reward_id IS NOT NULL;

CREATE TABLE nights (                                             -- a row a shop: the last day, in its own zone, whose beginning was worked off
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  done_through date NOT NULL
);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX customers_birthday ON customers (business_id, birth_month, birth_day) WHERE birth_month IS NOT NULL;

GRANT SELECT, INSERT ON gifts, nights TO sello_app;
GRANT UPDATE ON nights TO sello_app;
GRANT SELECT ON nights TO sello_platform;
GRANT SELECT ON gifts, nights TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['gifts', 'nights'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
