-- Erased people: who has to be forgotten again after a backup, and the narrow way to words that were written for good.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_subject ON audit_log (business_id, subject_id) WHERE subject_id IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX idempotency_keys_thing ON idempotency_keys (business_id, resource_id);

CREATE TABLE erasures (                                           -- ids and times alone: what a restored backup has to forget again
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT app_now(),
  stored_at timestamptz,                                          -- the storage keeps a copy outside this database
  PRIMARY KEY (business_id, customer_id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX erasures_unstored ON erasures (erased_at) WHERE stored_at IS NULL;

GRANT SELECT, INSERT ON erasures TO sello_app;
GRANT UPDATE (stored_at) ON erasures TO sello_app;
GRANT SELECT ON erasures TO sello_platform;
GRANT SELECT ON erasures TO sello_laws;

ALTER TABLE erasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON erasures TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY platform ON erasures TO sello_platform USING (true) WITH CHECK (true);
CREATE POLICY migrations ON erasures TO sello_owner USING (true) WITH CHECK (true);
CREATE POLICY laws ON erasures FOR SELECT TO sello_laws USING (true);

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
