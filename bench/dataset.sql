-- The data set, as a superuser without triggers (foreign keys are right by construction; law L54 looks at the end).
-- Sizes come as settings: bench.customers, bench.shops, bench.rules (the body of the version in force).

CREATE SCHEMA bench;
CREATE TABLE bench.made (at timestamptz NOT NULL, fingerprint text NOT NULL);

CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT ('019a0000-0000-7' || lpad(kind::text, 3, '0') || '-8000-' || lpad(n::text, 12, '0'))::uuid $$;

-- PostgreSQL makes UUIDv7 itself from 18 on. SQL functions of one expression cost nothing: they are put in place.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 180000 THEN
    CREATE FUNCTION bench.id_at(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT uuidv7(at - clock_timestamp())';
    CREATE FUNCTION bench.id_now() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT uuidv7()';
  ELSE
    CREATE FUNCTION bench.id_at(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $f$
      SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid $f$;
    CREATE FUNCTION bench.id_now() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT new_id()';
  END IF;
END $$;

CREATE TEMP TABLE size AS SELECT current_setting('bench.customers')::int AS customers, current_setting('bench.shops')::int AS shops,
  app_now() AS t0, interval '200 days' AS age;

INSERT INTO businesses (id, code, slug, name, rule_version, created_at)
  SELECT bench.id(1, n), lpad(n::text, 6, '0'), 'shop-' || n, 'Tienda ' || n, 1, t0 - age FROM size, generate_series(0, shops - 1) n;
INSERT INTO slugs (business_id, slug) SELECT id, slug FROM businesses ON CONFLICT DO NOTHING;
INSERT INTO reward_rules (business_id, version, body, created_at)
  SELECT bench.id(1, n), 1, current_setting('bench.rules')::jsonb, t0 - age FROM size, generate_series(0, shops - 1) n;
INSERT INTO accounts (id, email, name, password_hash, email_verified_at, created_at)
  SELECT bench.id(2, n), 'p' || n || '@example.pe', 'Persona ' || n, 'nobody signs in with a password here', t0 - age, t0 - age
  FROM size, generate_series(0, shops * 2 - 1) n;
INSERT INTO memberships (business_id, account_id, role, name, created_at)
  SELECT bench.id(1, n / 2), bench.id(2, n), CASE WHEN n % 2 = 0 THEN 'owner' ELSE 'staff' END, 'Persona ' || n, t0 - age
  FROM size, generate_series(0, shops * 2 - 1) n;
INSERT INTO sessions (id, account_id, business_id, created_at, rotated_at, expires_at)
  SELECT bench.id(3, n), bench.id(2, n), bench.id(1, n / 2), t0, t0, t0 + interval '30 days' FROM size, generate_series(0, shops * 2 - 1) n;

-- Everybody's visits: 1 to 9 of them, days apart, the last one two days to three months ago.
CREATE TEMP TABLE visits AS
  SELECT c.n, c.n % shops AS shop, j, 1 + c.n / shops % 9 AS visits, t0 - c.age AS issued_at, t0 - c.age + c.age * j / (2 + c.n / shops % 9) AS at
  FROM size, generate_series(0, customers - 1) AS k (n),
    LATERAL (SELECT k.n, make_interval(hours => 24 * (20 + k.n::bigint * 31 % 170)::int + (k.n % 13)) AS age) c,
    generate_series(1, 1 + c.n / shops % 9) j;
ALTER TABLE visits ADD COLUMN id uuid;
UPDATE visits SET id = bench.id_at(at);
CREATE TEMP TABLE last_visits AS SELECT DISTINCT ON (n) * FROM visits ORDER BY n, j DESC;

INSERT INTO customers (business_id, id, phone, name, name_folded, source, enrolled_at, confirmed_at)
  SELECT bench.id(1, shop), bench.id(5, n), '+519' || lpad(n::text, 8, '0'), 'Cliente ' || n, 'cliente ' || n, 'poster', issued_at, issued_at
  FROM last_visits ORDER BY issued_at;
INSERT INTO cards (business_id, id, customer_id, scan_code, link, balance, seq, last_at, day, day_count, issued_at, confirmed_at)
  SELECT bench.id(1, shop), bench.id(4, n), bench.id(5, n), lpad(n::text, 20, '0'), lpad(n::text, 22, '0'), visits,
    visits + (visits >= 5)::int, at, (at AT TIME ZONE 'America/Lima')::date, 1, issued_at, issued_at
  FROM last_visits ORDER BY issued_at;

-- The ledger in the order of time. The fifth visit earned a coffee that costs nothing.
CREATE TEMP TABLE coffees AS SELECT *, bench.id_at(at) AS reward_id, bench.id_at(at) AS issue_id FROM visits WHERE j = 5;
INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by, issued_at)
  SELECT bench.id(1, shop), reward_id, bench.id(4, n), 0, 5, 0, 'Café gratis', 1, id, at FROM coffees;
INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id, occurred_at, recorded_at,
    amount_centimos, reward_id)
  SELECT bench.id(1, shop), id, bench.id(4, n), seq, kind, delta, j, 1, bench.id(2, shop * 2 + j % 2), at, at, amount, reward_id
  FROM (SELECT shop, id, n, j + (j > 5)::int AS seq, 'earn' AS kind, 1 AS delta, j, at, 500 + n % 40 * 50 AS amount, NULL::uuid AS reward_id FROM visits
        UNION ALL SELECT shop, issue_id, n, 6, 'issue_reward', 0, 5, at, NULL, reward_id FROM coffees) e
  ORDER BY at, seq;
INSERT INTO staff_days (business_id, account_id, day, stamps)
  SELECT bench.id(1, shop), bench.id(2, shop * 2 + j % 2), (at AT TIME ZONE 'America/Lima')::date, count(*) FROM visits GROUP BY shop, 2, 3;

-- Facts are kept for thirty days.
INSERT INTO events (id, business_id, kind, payload, recorded_at, relayed_at)
  SELECT bench.id_at(at), bench.id(1, shop), 'StampAdded',
    jsonb_build_object('card_id', bench.id(4, n), 'customer_id', bench.id(5, n), 'stamp_id', id, 'account_id', bench.id(2, shop * 2 + j % 2),
      'count', 1, 'balance', j, 'seq', j + (j > 5)::int, 'of', 10, 'occurred_at', at, 'flags', '[]'::jsonb), at, at
  FROM visits, size WHERE at > t0 - interval '30 days';
INSERT INTO events (id, business_id, kind, payload, recorded_at, relayed_at)
  SELECT bench.id_at(at), bench.id(1, shop), 'RewardEarned',
    jsonb_build_object('card_id', bench.id(4, n), 'customer_id', bench.id(5, n), 'reward_id', reward_id, 'threshold', 5), at, at
  FROM coffees, size WHERE at > t0 - interval '30 days';

-- Statistics as their reactions would have left them (laws L80 to L85 say what that is). Nobody has a branch.
CREATE TEMP TABLE days AS
  SELECT n, shop, j, visits, 500 + n % 40 * 50 AS amount, (at AT TIME ZONE 'America/Lima')::date AS day, (issued_at AT TIME ZONE 'America/Lima')::date AS enrolled
  FROM visits;
INSERT INTO customer_days (business_id, card_id, day, branch_id, purchases, stamps, stamps_expired, amount_centimos, rewards_issued, rewards_redeemed)
  SELECT bench.id(1, shop), bench.id(4, n), day, '00000000-0000-0000-0000-000000000000', 1, 1, 0, amount, (j = 5)::int, 0 FROM days;
CREATE TEMP TABLE seen AS
  SELECT n, shop, max(visits) AS visits, min(day) AS first_day, max(day) AS last_day, min(enrolled) AS enrolled, max(amount) AS amount,
    (2 * percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::int AS twice_median,
    range_agg(daterange(day, day + 30)) AS now, range_agg(daterange(day + 30, day + 60)) AS before
  FROM (SELECT *, day - lag(day) OVER (PARTITION BY n ORDER BY day) AS gap FROM days) d GROUP BY n, shop;
ALTER TABLE seen ADD COLUMN at_risk date, ADD COLUMN lost date;
UPDATE seen SET at_risk = last_day + 1 + CASE WHEN visits >= 3 THEN least(14, twice_median) ELSE 14 END,
  lost = last_day + 1 + CASE WHEN visits >= 3 THEN 2 * twice_median ELSE 56 END;
INSERT INTO customer_stats (business_id, card_id, counted_seq, threshold_days, enrolled_day, visits, purchases, stamps, amount_centimos,
    rewards_issued, first_day, last_day, median_gap, at_risk_from, lost_from)
  SELECT bench.id(1, shop), bench.id(4, n), visits + (visits >= 5)::int, 14, enrolled, visits, visits, visits, visits * amount,
    (visits >= 5)::int, first_day, last_day, twice_median / 2.0, at_risk, lost FROM seen;
CREATE TEMP TABLE moves AS
  SELECT shop, day, count(*) AS visits, sum(amount) AS amount, sum((j = 5)::int) AS issued, sum((j = 1)::int) AS first, sum((j = 2)::int) AS second,
    0::bigint AS cards, 0::bigint AS active, 0::bigint AS returned, 0::bigint AS at_risk, 0::bigint AS lost
    FROM days GROUP BY shop, day
  UNION ALL SELECT shop, enrolled, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0 FROM seen GROUP BY shop, enrolled
  UNION ALL SELECT shop, m.day, 0, 0, 0, 0, 0, 0, sum(m.n), 0, 0, 0
    FROM seen CROSS JOIN LATERAL unnest(now) r CROSS JOIN LATERAL (VALUES (lower(r), 1), (upper(r), -1)) m (day, n) GROUP BY shop, m.day
  UNION ALL SELECT shop, m.day, 0, 0, 0, 0, 0, 0, 0, sum(m.n), 0, 0
    FROM seen CROSS JOIN LATERAL unnest(now * before) r CROSS JOIN LATERAL (VALUES (lower(r), 1), (upper(r), -1)) m (day, n) GROUP BY shop, m.day
  UNION ALL SELECT shop, m.day, 0, 0, 0, 0, 0, 0, 0, 0, sum(m.at_risk), sum(m.lost)
    FROM seen CROSS JOIN LATERAL (VALUES (at_risk, 1, 0), (lost, -1, 1)) m (day, at_risk, lost) GROUP BY shop, m.day;
INSERT INTO daily_stats (business_id, branch_id, day, visits, purchases, stamps, amount_centimos, rewards_issued, new_cards, first_visits,
    second_visits, active_moved, returned_moved, at_risk_moved, lost_moved)
  SELECT bench.id(1, shop), b.id, day, sum(visits), sum(visits), sum(visits), sum(amount), sum(issued), sum(cards) * b.whole, sum(first),
    sum(second), sum(active), sum(returned), sum(at_risk) * b.whole, sum(lost) * b.whole
  FROM moves CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid, 0), ('ffffffff-ffff-ffff-ffff-ffffffffffff', 1)) b (id, whole)
  GROUP BY shop, b.id, b.whole, day;
INSERT INTO shop_statistics (business_id, closed_through)
  SELECT bench.id(1, n), (t0 AT TIME ZONE 'America/Lima')::date - 1 FROM size, generate_series(0, shops - 1) n;

-- For the rows of the simple write, which no rule protects: tables of their own behind the same wall.
CREATE TABLE bench.cards (LIKE public.cards INCLUDING ALL);
INSERT INTO bench.cards (business_id, id, customer_id, scan_code, link, balance, seq, issued_at)
  SELECT business_id, id, customer_id, scan_code, link, balance, seq, issued_at FROM public.cards;
CREATE TABLE bench.visits (business_id uuid NOT NULL, id uuid NOT NULL, card_id uuid NOT NULL, account_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT app_now(), PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, card_id) REFERENCES bench.cards (business_id, id));
CREATE INDEX visits_card ON bench.visits (business_id, card_id);
CREATE TABLE bench.outbox (LIKE public.events INCLUDING ALL);
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cards', 'visits', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE bench.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON bench.%I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', name);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA bench TO sello_app;
GRANT SELECT, INSERT, UPDATE ON bench.cards, bench.visits, bench.outbox TO sello_app;

-- The simple write as one round trip, as b3 would have it.
CREATE FUNCTION bench.simple_stamp(p_business uuid, p_id uuid, p_account uuid, p_scan_code text, p_occurred timestamptz, p_fact uuid,
  OUT card_id uuid, OUT balance int, OUT seq int) LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id INTO card_id FROM bench.cards c WHERE c.business_id = p_business AND c.scan_code = p_scan_code;
  INSERT INTO bench.visits (business_id, id, card_id, account_id, occurred_at) VALUES (p_business, p_id, card_id, p_account, p_occurred)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN card_id := NULL; RETURN; END IF;
  UPDATE bench.cards c SET balance = c.balance + 1, seq = c.seq + 1 WHERE c.business_id = p_business AND c.id = card_id
    RETURNING c.balance, c.seq INTO balance, seq;
  INSERT INTO bench.outbox (id, business_id, kind, payload)
    VALUES (p_fact, p_business, 'StampAdded', jsonb_build_object('card_id', card_id, 'stamp_id', p_id, 'balance', balance));
END $$;
GRANT EXECUTE ON FUNCTION bench.simple_stamp TO sello_app;
