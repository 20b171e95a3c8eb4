-- Privacy requests, merges of duplicates, erasure.

ALTER TABLE customers ADD COLUMN new_phone text CHECK (new_phone ~ '^\+519\d{8}$'); -- waits to be said at the counter; `phone` counts until then
ALTER TABLE customers ADD COLUMN new_phone_at timestamptz;
ALTER TABLE cards ADD COLUMN erased_at timestamptz;               -- nobody's any more: code and link replaced, ledger kept

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX customers_name ON customers (business_id, name_folded) WHERE confirmed_at IS NOT NULL AND merged_into IS NULL;

CREATE TABLE privacy_requests (                                   -- rights of Ley 29733, with their clock
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('access', 'rectification', 'erasure', 'opposition')),
  source text NOT NULL CHECK (source IN ('card', 'counter', 'owner')),
  wish text CHECK (char_length(wish) <= 500),                     -- in the person's words; gone once erased
  opened_by uuid,                                                 -- null: the person, on the card
  opened_at timestamptz NOT NULL DEFAULT app_now(),
  due_on date NOT NULL,                                           -- the last day for an answer, in the shop's zone
  answered_at timestamptz,
  answered_by uuid,                                               -- null although answered: a platform admin, whom the audit log names
  outcome text CHECK (outcome IN ('granted', 'refused')),
  answer text CHECK (char_length(answer) <= 500),                 -- what the person was told; gone once erased
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, opened_by) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, answered_by) REFERENCES memberships (business_id, account_id),
  CHECK ((answered_at IS NULL) = (outcome IS NULL)),
  CHECK (answered_at IS NOT NULL OR (answered_by IS NULL AND answer IS NULL))
);
CREATE UNIQUE INDEX privacy_requests_open ON privacy_requests (business_id, customer_id, kind) WHERE answered_at IS NULL;
CREATE INDEX privacy_requests_customer ON privacy_requests (business_id, customer_id, opened_at);
CREATE INDEX privacy_requests_due ON privacy_requests (due_on) WHERE answered_at IS NULL;
CREATE INDEX privacy_requests_opened_by ON privacy_requests (business_id, opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX privacy_requests_answered_by ON privacy_requests (business_id, answered_by) WHERE answered_by IS NOT NULL;

CREATE TABLE card_merges (                                        -- two cards of one person: what went from one to the other
  business_id uuid NOT NULL,
  card_id uuid NOT NULL,
  into_card_id uuid NOT NULL,
  stamps int NOT NULL CHECK (stamps >= 0),
  rewards int NOT NULL CHECK (rewards >= 0),                      -- issued again on the other card, under new ids
  entry_id uuid,                                                  -- the ledger's -n; none when there was nothing to move
  into_entry_id uuid,                                             -- and its +n
  account_id uuid,
  merged_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, card_id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id),
  FOREIGN KEY (business_id, into_card_id) REFERENCES cards (business_id, id),
  FOREIGN KEY (business_id, entry_id) REFERENCES stamp_events (business_id, id),
  FOREIGN KEY (business_id, into_entry_id) REFERENCES stamp_events (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  CHECK ((entry_id IS NULL) = (into_entry_id IS NULL)),
  CHECK ((entry_id IS NULL) = (stamps = 0 AND rewards = 0)),
  CHECK (card_id <> into_card_id)
);
CREATE INDEX card_merges_into ON card_merges (business_id, into_card_id);
CREATE INDEX card_merges_entry ON card_merges (business_id, entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX card_merges_into_entry ON card_merges (business_id, into_entry_id) WHERE into_entry_id IS NOT NULL;
CREATE INDEX card_merges_account ON card_merges (business_id, account_id) WHERE account_id IS NOT NULL;

GRANT SELECT, INSERT ON privacy_requests, card_merges TO sello_app;
GRANT UPDATE ON privacy_requests TO sello_app;
GRANT SELECT (business_id, id, due_on, answered_at) ON privacy_requests TO sello_platform;
GRANT UPDATE (new_phone, new_phone_at) ON customers TO sello_platform;
GRANT SELECT ON privacy_requests, card_merges TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['privacy_requests', 'card_merges'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
