-- Privacy requests, merges of duplicates, erasure.

ALTER TABLE customers ADD COLUMN new_phone text CHECK (new_phone ~ '^\+519\d{8}$'); -- waits to be said at the counter; `phone` counts until then
ALTER TABLE customers ADD COLUMN new_phone_at timestamptz;
ALTER TABLE cards ADD COLUMN erased_at timestamptz;               -- nobody's any more: code and link replaced, ledger kept

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX customers_name ON customers (business_id, name_folded) WHERE confirmed_at IS NOT NULL AND merged_into IS NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_subject ON audit_log (business_id, subject_id) WHERE subject_id IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX idempotency_keys_thing ON idempotency_keys (business_id, resource_id);

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

CREATE TABLE erasures (                                           -- ids and times alone: what a restored backup has to forget again
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT app_now(),
  stored_at timestamptz,                                          -- the storage keeps a copy outside this database
  PRIMARY KEY (business_id, customer_id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX erasures_unstored ON erasures (erased_at) WHERE stored_at IS NULL;

GRANT SELECT, INSERT ON privacy_requests, card_merges, erasures TO sello_app;
GRANT UPDATE ON privacy_requests TO sello_app;
GRANT UPDATE (stored_at) ON erasures TO sello_app;
GRANT SELECT (business_id, id, due_on, answered_at) ON privacy_requests TO sello_platform;
GRANT SELECT ON erasures TO sello_platform;
GRANT UPDATE (new_phone, new_phone_at) ON customers TO sello_platform;
GRANT SELECT ON privacy_requests, card_merges, erasures TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['privacy_requests', 'card_merges', 'erasures'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- what was written for good, and has to be forgotten
-- Ledger, consent and audit rows are never changed by those who serve requests, and they hold words about people. These
-- functions are the one narrow way: as the owner of the tables they blank text, of the tenant that is set and of people
-- who are erased already, and of nobody else. Numbers, kinds and times stay.
CREATE FUNCTION forget_ledger_texts(p_business uuid, p_cards uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE stamp_events e SET reason = NULL
  WHERE e.business_id = p_business AND p_business = current_business() AND e.card_id = ANY (p_cards) AND e.reason IS NOT NULL
    AND EXISTS (SELECT FROM cards c WHERE c.business_id = p_business AND c.id = e.card_id AND c.erased_at IS NOT NULL)
$$;

CREATE FUNCTION forget_consent_traces(p_business uuid, p_customers uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE consent_events k SET network_hash = NULL, poster_id = NULL
  WHERE k.business_id = p_business AND p_business = current_business() AND k.customer_id = ANY (p_customers)
    AND EXISTS (SELECT FROM customers u WHERE u.business_id = p_business AND u.id = k.customer_id AND u.erased_at IS NOT NULL)
$$;

-- Rows about the person, the cards, the entries of their ledger (a hand-over has its entry's id), the requests.
CREATE FUNCTION forget_audit_texts(p_business uuid, p_customers uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS MATERIALIZED (
    SELECT u.id AS customer_id, c.id AS card_id FROM customers u
      LEFT JOIN cards c ON c.business_id = u.business_id AND c.customer_id = u.id
    WHERE u.business_id = p_business AND p_business = current_business() AND u.id = ANY (p_customers) AND u.erased_at IS NOT NULL
  ), subjects AS (
    SELECT customer_id AS id FROM gone
    UNION SELECT card_id FROM gone
    UNION SELECT e.id FROM stamp_events e JOIN gone ON e.card_id = gone.card_id WHERE e.business_id = p_business
    UNION SELECT r.id FROM privacy_requests r JOIN gone ON r.customer_id = gone.customer_id WHERE r.business_id = p_business
  )
  UPDATE audit_log l SET reason = NULL FROM subjects s
  WHERE l.business_id = p_business AND l.subject_id = s.id AND l.reason IS NOT NULL
$$;

-- The client chose the text of its key. Without the row a repeated request is a new one, and makes nothing of the old.
CREATE FUNCTION forget_keys(p_business uuid, p_customers uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS MATERIALIZED (
    SELECT u.id AS customer_id, c.id AS card_id FROM customers u
      LEFT JOIN cards c ON c.business_id = u.business_id AND c.customer_id = u.id
    WHERE u.business_id = p_business AND p_business = current_business() AND u.id = ANY (p_customers) AND u.erased_at IS NOT NULL
  )
  DELETE FROM idempotency_keys k USING (
    SELECT customer_id AS id FROM gone UNION SELECT card_id FROM gone
    UNION SELECT e.id FROM stamp_events e JOIN gone ON e.card_id = gone.card_id WHERE e.business_id = p_business) t
  WHERE k.business_id = p_business AND k.resource_id = t.id
$$;

REVOKE ALL ON FUNCTION forget_ledger_texts, forget_consent_traces, forget_audit_texts, forget_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_ledger_texts, forget_consent_traces, forget_audit_texts, forget_keys TO sello_app;
