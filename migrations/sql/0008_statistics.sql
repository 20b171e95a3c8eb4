-- Statistics: what the ledger comes to, per customer and day, per customer, and per shop and day. Everything here can be
-- made anew from the ledger; nothing here is a source. Days are the shop's. What is taken back leaves a row of zeros,
-- because who serves tenants deletes nothing.
--
-- Two branches are none: 00000000-… stands for entries without a branch, ffffffff-… (in daily_stats) for the whole shop,
-- because a customer who visits two branches on a day is one visit of each and one visit of the shop.

CREATE TABLE customer_days (                                      -- what counts of a customer's ledger: entries neither void nor voided
  business_id uuid NOT NULL,
  card_id uuid NOT NULL,                                          -- the card others were merged into
  day date NOT NULL,
  branch_id uuid NOT NULL,
  purchases int NOT NULL,                                         -- earn and history entries; a day with one is a visit
  stamps int NOT NULL,
  stamps_expired int NOT NULL,
  amount_centimos bigint NOT NULL,
  rewards_issued int NOT NULL,
  rewards_redeemed int NOT NULL,
  PRIMARY KEY (business_id, card_id, day, branch_id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id)
);

CREATE TABLE customer_stats (                                     -- one row a card that was ever counted
  business_id uuid NOT NULL,
  card_id uuid NOT NULL,
  counted_seq int NOT NULL DEFAULT 0,                             -- this card's own ledger is counted up to here
  counted_into uuid,                                              -- the card it was merged into: all its numbers stand there
  threshold_days int NOT NULL DEFAULT 0,                          -- the shop's inactivity threshold it was counted with
  enrolled_day date,                                              -- null: pending, or merged
  visits int NOT NULL DEFAULT 0,                                  -- days with a purchase
  purchases int NOT NULL DEFAULT 0,
  stamps int NOT NULL DEFAULT 0,
  amount_centimos bigint NOT NULL DEFAULT 0,
  rewards_issued int NOT NULL DEFAULT 0,
  rewards_redeemed int NOT NULL DEFAULT 0,
  first_day date,
  last_day date,                                                  -- the mean gap is (last_day - first_day) / (visits - 1); one visit has none
  median_gap numeric(7, 1),                                       -- days; null for one visit
  at_risk_from date,                                              -- the first day on which they are at risk, if they do not come before
  lost_from date,
  PRIMARY KEY (business_id, card_id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id),
  FOREIGN KEY (business_id, counted_into) REFERENCES cards (business_id, id)
);
CREATE INDEX customer_stats_into ON customer_stats (business_id, counted_into) WHERE counted_into IS NOT NULL;
CREATE INDEX customer_stats_at_risk ON customer_stats (business_id, at_risk_from) WHERE at_risk_from IS NOT NULL;

-- Sums of a day, and movements: by how much a standing number differs from the day before. The number itself is the sum of
-- its movements up to a day, so that every day has one, future days included, and no night has to pass for it.
CREATE TABLE daily_stats (
  business_id uuid NOT NULL REFERENCES businesses (id),
  branch_id uuid NOT NULL,
  day date NOT NULL,
  visits int NOT NULL DEFAULT 0,                                  -- customers with a purchase on the day
  purchases int NOT NULL DEFAULT 0,
  stamps int NOT NULL DEFAULT 0,
  stamps_expired int NOT NULL DEFAULT 0,
  amount_centimos bigint NOT NULL DEFAULT 0,
  rewards_issued int NOT NULL DEFAULT 0,
  rewards_redeemed int NOT NULL DEFAULT 0,
  new_cards int NOT NULL DEFAULT 0,                               -- of the whole shop only
  first_visits int NOT NULL DEFAULT 0,
  second_visits int NOT NULL DEFAULT 0,
  active_moved int NOT NULL DEFAULT 0,                            -- customers with a visit in the 30 days that end here
  returned_moved int NOT NULL DEFAULT 0,                          -- of these, customers with a visit in the 30 days before, too
  at_risk_moved int NOT NULL DEFAULT 0,                           -- of the whole shop only, as is the next
  lost_moved int NOT NULL DEFAULT 0,
  PRIMARY KEY (business_id, branch_id, day)
);

CREATE TABLE shop_statistics (                                    -- one row a shop; whoever counts holds it, whoever counts all alone
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  closed_through date                                             -- the last day whose midnight was kept
);

GRANT SELECT, INSERT, UPDATE ON customer_days, customer_stats, daily_stats, shop_statistics TO sello_app;
GRANT SELECT ON shop_statistics TO sello_platform;
GRANT SELECT ON customer_days, customer_stats, daily_stats, shop_statistics TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['customer_days', 'customer_stats', 'daily_stats', 'shop_statistics'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
