-- A crowd that a campaign means, as a superuser: %(people)s customers of one shop who agreed and were last there 20 days ago.
WITH n AS MATERIALIZED (
  SELECT new_id() AS customer, new_id() AS card, '+519' || lpad((%(first)s::bigint + i)::text, 8, '0') AS phone, i,
    app_now() - interval '90 days' AS enrolled, app_now() - interval '20 days' AS seen
  FROM generate_series(0, %(people)s::int - 1) AS i
), u AS (
  INSERT INTO customers (business_id, id, phone, name, name_folded, source, enrolled_at, confirmed_at, opted_in_at)
  SELECT %(shop)s, customer, phone, 'Ana ' || i, 'ana ' || i, 'till', enrolled, enrolled, enrolled FROM n
), k AS (
  INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, recorded_at)
  SELECT %(shop)s, new_id(), customer, 'opt_in', 'enrolment', 'v1', enrolled FROM n
), c AS (
  INSERT INTO cards (business_id, id, customer_id, scan_code, link, seq, history_at, issued_at, confirmed_at)
  SELECT %(shop)s, card, customer, upper(left(md5(card::text), 20)), upper(left(md5('x' || card::text), 22)), 1, seen,
    enrolled, enrolled FROM n
)
INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id,
  occurred_at, recorded_at)
SELECT %(shop)s, new_id(), card, 1, 'history', 0, 0, 1, %(account)s, seen, enrolled FROM n
