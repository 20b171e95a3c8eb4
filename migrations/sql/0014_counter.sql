-- Guesses that an owner dismissed, wrong PINs of a whole shop, wrong proofs at a card's link, and what is left of an
-- enrolment that nobody confirmed.
CREATE TABLE duplicate_dismissals (                               -- "these are two people", said by an owner
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,                                      -- the newer of the two
  other_id uuid NOT NULL,
  dismissed_at timestamptz NOT NULL,
  undone_at timestamptz,                                          -- the guess is shown again
  account_id uuid,                                                -- null: a platform admin, whom the audit log names
  PRIMARY KEY (business_id, customer_id, other_id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, other_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  CHECK (other_id < customer_id),
  CHECK (undone_at >= dismissed_at)
);
CREATE INDEX duplicate_dismissals_other ON duplicate_dismissals (business_id, other_id);
CREATE INDEX duplicate_dismissals_account ON duplicate_dismissals (business_id, account_id) WHERE account_id IS NOT NULL;

CREATE TABLE pin_shop_tries (                                     -- wrong PINs on all tills of a shop within the hour
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  tries int NOT NULL CHECK (tries BETWEEN 0 AND 20),
  since timestamptz NOT NULL                                      -- the first of them; an hour later they are forgotten
);

CREATE TABLE proof_tries (                                        -- wrong phones in a row, typed by who holds a card's link
  business_id uuid NOT NULL,
  card_id uuid NOT NULL,
  tries int NOT NULL CHECK (tries BETWEEN 0 AND 5),
  last_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, card_id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id)
);
CREATE INDEX proof_tries_age ON proof_tries (last_at);

-- Who worked at which till when, the newest first.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX device_sign_ins_time ON device_sign_ins (business_id, recorded_at, id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX device_sign_ins_age ON device_sign_ins (recorded_at);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX cards_pending ON cards (business_id, id) WHERE confirmed_at IS NULL AND merged_into IS NULL AND erased_at IS NULL;

GRANT SELECT, INSERT, UPDATE (dismissed_at, undone_at, account_id) ON duplicate_dismissals TO sello_app;
GRANT SELECT, INSERT, UPDATE (tries, last_at) ON proof_tries TO sello_app;
GRANT SELECT, UPDATE (tries) ON pin_shop_tries TO sello_app;
GRANT SELECT, INSERT, UPDATE (tries, since) ON pin_shop_tries TO sello_platform;
GRANT SELECT, DELETE ON proof_tries TO sello_platform;            -- retention
GRANT DELETE ON device_sign_ins TO sello_platform;                -- retention
GRANT SELECT ON duplicate_dismissals, pin_shop_tries, proof_tries TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['duplicate_dismissals', 'pin_shop_tries', 'proof_tries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- enrolments that nobody confirmed
-- The platform forgets the person after 90 days. What else would lead to them goes by these two: of nobody but people who
-- are forgotten and never came.
CREATE FUNCTION forget_pending_traces(p_businesses uuid[], p_customers uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE consent_events k SET network_hash = NULL, poster_id = NULL
  FROM unnest(p_businesses, p_customers) AS g (business_id, customer_id)
  JOIN customers u ON u.business_id = g.business_id AND u.id = g.customer_id AND u.erased_at IS NOT NULL AND u.confirmed_at IS NULL
  WHERE k.business_id = g.business_id AND k.customer_id = g.customer_id AND num_nonnulls(k.network_hash, k.poster_id) > 0
$$;

-- New codes that nobody was told take the place of the old ones, so that no link and no picture of a QR leads here.
CREATE FUNCTION bury_pending_cards(p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    SELECT c.business_id, c.id FROM cards c JOIN customers u ON u.business_id = c.business_id AND u.id = c.customer_id
    WHERE c.confirmed_at IS NULL AND c.merged_into IS NULL AND c.erased_at IS NULL AND u.erased_at IS NOT NULL
    ORDER BY c.business_id, c.id LIMIT p_most FOR NO KEY UPDATE OF c
  ), buried AS (
    UPDATE cards c SET erased_at = app_now(),
      scan_code = upper(left(encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 20)),
      link = upper(left(encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 22))
    FROM gone g WHERE c.business_id = g.business_id AND c.id = g.id
    RETURNING c.id
  )
  SELECT count(*) FROM buried
$$;

REVOKE ALL ON FUNCTION forget_pending_traces, bury_pending_cards FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_pending_traces, bury_pending_cards TO sello_platform;

-- Those whom earlier releases forgot.
SELECT forget_pending_traces(array_agg(business_id), array_agg(id)) FROM customers
  WHERE erased_at IS NOT NULL AND confirmed_at IS NULL AND merged_into IS NULL;
SELECT bury_pending_cards(NULL);
