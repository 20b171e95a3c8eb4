-- The path of one stamp as one statement. A function instead of a CTE because a late event must look at its neighbours
-- *after* the card is locked: inside a CTE every subquery sees the snapshot from before the wait, here each statement
-- sees a fresh one. SECURITY INVOKER: row-level security holds inside. A mended body is put in place by a new revision
-- that runs this file again; other parameters or results make add_stamp_v2, and this one stays for the release before.
--
-- Rules come compiled (loyalty.stamps.rules): happy hours as minutes of the week, apart from each other; days for good as null.
--
-- Locks, always in this order: card row, staff member's day row. Returns one row; `outcome` is 'counted', 'replay' or
-- the code of a refusal, and a refusal has written nothing. A duplicate id of another card raises unique_violation.
CREATE OR REPLACE FUNCTION add_stamp_v1(
  p_business uuid, p_id uuid, p_account uuid, p_version int, p_device uuid, p_branch uuid,
  p_card uuid, p_customer uuid, p_scan_code text,                 -- exactly one of the three names the card
  p_code_at timestamptz,                                          -- issue time of the rotating code, if one was shown
  p_occurred timestamptz, p_amount bigint, p_count int, p_override text,
  p_rule_version int, p_steps int[], p_titles text[], p_cooldown interval, p_card_cap int, p_staff_cap int,
  p_most int DEFAULT NULL,                                        -- stamps per purchase; null: any number
  p_session uuid DEFAULT NULL,                                    -- the token's session; null: nobody signed in for this
  p_expired boolean DEFAULT false,                                -- the rotating code is too old: only a replay may stand
  p_credential uuid DEFAULT NULL,                                 -- of the till that uploads: p_account gave the stamp there; no version, no session
  p_roll boolean DEFAULT false,                                   -- what is left over when the card is full goes on to the next
  p_minimum bigint DEFAULT NULL,                                  -- céntimos; null: any purchase, also one of unknown amount
  p_happy int[] DEFAULT NULL,                                     -- from minute, to minute, factor; from, to, factor; ...
  p_stamps_days int DEFAULT NULL, p_rewards_days int DEFAULT NULL, -- days after today through which they are good
  OUT outcome text, OUT card_id uuid, OUT customer_id uuid, OUT customer_name text, OUT balance int, OUT seq int,
  OUT occurred_at timestamptz, OUT blocked_until timestamptz, OUT zone text, OUT required int, OUT rewards jsonb,
  OUT given int, OUT factor int, OUT through date                 -- stamps of this purchase; why so many; until when all of them are good
) LANGUAGE plpgsql AS $$
DECLARE
  shop record;
  card cards%ROWTYPE;
  done stamp_events%ROWTYPE;
  v_now timestamptz;
  v_at timestamptz;
  v_day date;
  v_today int;
  v_gap interval := CASE WHEN p_cooldown > interval '0' THEN greatest(p_cooldown, interval '5 seconds') ELSE interval '0' END;
  v_near timestamptz;
  v_flags text[] := '{}';
  v_from int;
  v_to int;
  v_cycle int;
  v_seq int;
  v_last int := array_length(p_steps, 1);
  v_reward uuid;
  v_cost int;
  v_minute int;
  v_good date;
BEGIN
  rewards := '[]';
  -- who and where ------------------------------------------------------------------------------------------------
  SELECT b.zone, b.rule_version, b.suspended_at, b.closed_at, m.version, m.disabled_at INTO shop
    FROM businesses b JOIN memberships m ON m.business_id = b.id AND m.account_id = p_account
    WHERE b.id = p_business;
  zone := shop.zone;
  outcome := CASE
    WHEN p_credential IS NOT NULL AND NOT EXISTS (
      SELECT FROM device_credentials k WHERE k.business_id = p_business AND k.id = p_credential AND k.device_id = p_device
        AND k.revoked_at IS NULL AND k.expires_at > app_now()) THEN 'device_ended'
    WHEN p_credential IS NOT NULL AND NOT EXISTS (
      SELECT FROM device_sign_ins s WHERE s.business_id = p_business AND s.device_id = p_device AND s.account_id = p_account) THEN 'giver_unknown'
    WHEN p_credential IS NOT NULL AND shop.disabled_at <= p_occurred THEN 'giver_ended'
    WHEN shop.zone IS NULL OR (p_credential IS NULL AND shop.disabled_at IS NOT NULL) THEN 'membership_ended'
    WHEN shop.version <> p_version THEN 'unauthenticated'         -- another role since: a new token says which
    WHEN p_session IS NOT NULL AND NOT EXISTS (
      SELECT FROM sessions s WHERE s.id = p_session AND s.business_id = p_business AND s.account_id = p_account
        AND s.revoked_at IS NULL) THEN 'session_ended'
    WHEN shop.closed_at IS NOT NULL THEN 'business_closed'
    WHEN shop.suspended_at IS NOT NULL THEN 'business_suspended'
    WHEN shop.rule_version <> p_rule_version THEN 'rules_changed'
  END;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  -- Given before a dismissal, if the till's clock is to be believed: it counts, and the owner is told.
  IF shop.disabled_at IS NOT NULL THEN v_flags := v_flags || 'late_giver'::text; END IF;

  -- the card, through a merge if there was one, then locked ---------------------------------------------------------
  IF p_scan_code IS NOT NULL THEN                                 -- three lookups, not one with OR: each has its index
    SELECT coalesce(c.merged_into, c.id) INTO card_id FROM cards c WHERE c.business_id = p_business AND c.scan_code = p_scan_code;
  ELSIF p_customer IS NOT NULL THEN
    SELECT coalesce(c.merged_into, c.id) INTO card_id FROM cards c WHERE c.business_id = p_business AND c.customer_id = p_customer;
  ELSE
    SELECT coalesce(c.merged_into, c.id) INTO card_id FROM cards c WHERE c.business_id = p_business AND c.id = p_card;
  END IF;
  SELECT * INTO card FROM cards c WHERE c.business_id = p_business AND c.id = card_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'card_not_found'; RETURN; END IF;
  IF card.merged_into IS NOT NULL THEN                            -- merged while we waited: the caller asks again
    outcome := 'rules_changed'; RETURN;
  END IF;
  customer_id := card.customer_id;
  balance := card.balance;
  seq := card.seq;
  SELECT u.name INTO customer_name FROM customers u WHERE u.business_id = p_business AND u.id = card.customer_id;

  SELECT * INTO done FROM stamp_events e WHERE e.business_id = p_business AND e.id = p_id;
  IF FOUND THEN
    IF done.kind <> 'earn' OR (done.card_id <> card.id AND NOT EXISTS ( -- given before that card was merged into this one
      SELECT FROM cards m WHERE m.business_id = p_business AND m.id = done.card_id AND m.merged_into = card.id))
    THEN outcome := 'id_reused'; RETURN; END IF;
    outcome := 'replay';
    occurred_at := done.occurred_at;
    SELECT done.balance_after - coalesce(sum(r.cost), 0), done.seq + count(r.id),
           coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'title', r.title, 'threshold', r.threshold) ORDER BY r.cycle, r.threshold), '[]')
      INTO balance, seq, rewards
      FROM rewards r WHERE r.business_id = p_business AND r.caused_by = p_id;
    given := done.delta;
    SELECT coalesce(max(substr(f, 8)::int), 1) INTO factor FROM unnest(done.flags) f WHERE f LIKE 'happy_x_';
    through := CASE WHEN balance > 0 THEN done.stamps_until END;
    SELECT (w.body -> 'steps' -> -1 ->> 'at')::int INTO required
      FROM reward_rules w WHERE w.business_id = p_business AND w.version = done.rule_version;
    RETURN;
  END IF;

  -- where, and how many: after the replay, which stands whatever has become of the till or the rules since --------------
  required := p_steps[v_last];
  outcome := CASE
    WHEN card.erased_at IS NOT NULL THEN 'customer_erased'
    WHEN p_expired THEN 'code_expired'
    WHEN p_count > p_most THEN 'too_many_stamps'
    WHEN p_minimum IS NOT NULL AND p_override IS NULL AND p_amount IS NULL THEN 'amount_missing'
    WHEN p_override IS NULL AND p_amount < p_minimum THEN 'below_minimum'
    WHEN p_device IS NOT NULL AND NOT EXISTS (
      SELECT FROM devices d WHERE d.business_id = p_business AND d.id = p_device AND d.revoked_at IS NULL) THEN 'device_unknown'
    WHEN p_branch IS NOT NULL AND NOT EXISTS (
      SELECT FROM branches r WHERE r.business_id = p_business AND r.id = p_branch AND r.closed_at IS NULL) THEN 'branch_unknown'
  END;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF p_device IS NOT NULL AND p_branch IS NULL THEN               -- a till stands in its branch, unless that has closed
    SELECT r.id INTO p_branch FROM devices d JOIN branches r ON r.business_id = d.business_id AND r.id = d.branch_id
      WHERE d.business_id = p_business AND d.id = p_device AND r.closed_at IS NULL;
  END IF;

  -- the visit's time: the phone's claim, bounded by what can be true --------------------------------------------------
  v_now := app_now();                                             -- after the wait for the lock, never before
  v_at := p_occurred;
  IF v_at > v_now THEN
    IF v_at > v_now + interval '2 minutes' THEN v_flags := v_flags || 'clock_ahead'::text; END IF;
    v_at := v_now;
  END IF;
  IF v_at < v_now - interval '7 days 1 hour' THEN outcome := 'too_late'; RETURN; END IF;
  IF v_at < card.issued_at THEN v_flags := v_flags || 'clock_behind'::text; v_at := card.issued_at; END IF;
  IF v_at < v_now - interval '24 hours' THEN v_flags := v_flags || 'late'::text; END IF;
  v_day := (v_at AT TIME ZONE shop.zone)::date;
  occurred_at := v_at;

  -- what the rules allow -----------------------------------------------------------------------------------------------
  IF card.confirmed_at IS NULL THEN outcome := 'card_pending'; RETURN; END IF;
  -- A code counts once. One newer than all used before is unused; an older one may be an honest offline scan of
  -- another till, so the ledger is asked.
  IF p_code_at <= card.last_code_at AND EXISTS (
    SELECT FROM stamp_events e WHERE e.business_id = p_business AND e.card_id = card.id AND e.code_at = p_code_at)
  THEN outcome := 'code_used'; RETURN; END IF;
  IF p_override IS NULL AND v_gap > interval '0' AND card.last_at IS NOT NULL THEN
    IF v_at >= card.last_at THEN
      v_near := CASE WHEN v_at < card.last_at + v_gap THEN card.last_at END;
    ELSE                                                          -- a late event: neighbours on both sides
      SELECT e.occurred_at INTO v_near FROM stamp_events e
        WHERE e.business_id = p_business AND e.card_id = card.id AND e.kind = 'earn'
          AND e.occurred_at > v_at - v_gap AND e.occurred_at < v_at + v_gap
          AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = p_business AND v.voids = e.id)
        ORDER BY e.occurred_at DESC LIMIT 1;
    END IF;
    IF v_near IS NOT NULL THEN
      blocked_until := v_near + v_gap;
      outcome := CASE WHEN abs(extract(epoch FROM v_at - v_near)) < 5 THEN 'just_stamped' ELSE 'cooldown' END;
      RETURN;
    END IF;
  END IF;
  IF card.day IS NULL OR v_day > card.day THEN v_today := 0;
  ELSIF v_day = card.day THEN v_today := card.day_count;
  ELSE
    SELECT count(*) INTO v_today FROM stamp_events e
      WHERE e.business_id = p_business AND e.card_id = card.id AND e.kind = 'earn'
        AND (e.occurred_at AT TIME ZONE shop.zone)::date = v_day;
  END IF;
  IF p_override IS NULL AND v_today >= p_card_cap THEN outcome := 'card_cap'; RETURN; END IF;
  -- The last check and the first write: nothing before this line has changed a row, so every RETURN above is clean.
  INSERT INTO staff_days AS d (business_id, account_id, day, stamps) VALUES (p_business, p_account, v_day, 1)
    ON CONFLICT ON CONSTRAINT staff_days_pkey DO UPDATE SET stamps = d.stamps + 1 WHERE d.stamps < p_staff_cap OR p_override IS NOT NULL;
  IF NOT FOUND THEN outcome := 'staff_cap'; RETURN; END IF;

  -- how many stamps: more in a happy hour ------------------------------------------------------------------------------
  IF p_override IS NOT NULL THEN v_flags := v_flags || 'override'::text; END IF;
  factor := 1;
  IF p_happy IS NOT NULL THEN
    v_minute := (extract(isodow FROM v_day)::int - 1) * 1440              -- whole minutes: 8:59:59.9 is not nine yet
      + extract(hour FROM v_at AT TIME ZONE shop.zone)::int * 60 + extract(minute FROM v_at AT TIME ZONE shop.zone)::int;
    FOR i IN 1 .. array_length(p_happy, 1) BY 3 LOOP
      IF v_minute >= p_happy[i] AND v_minute < p_happy[i + 1] THEN
        factor := p_happy[i + 2];
        v_flags := v_flags || ('happy_x' || factor);
        EXIT;
      END IF;
    END LOOP;
  END IF;

  -- stamps too old for this visit lapse first; a visit before they lapsed, told of only now, brings them back -------------
  v_seq := card.seq;
  v_from := card.balance;
  v_cycle := card.cycle;
  IF v_day > card.stamps_until THEN
    v_seq := v_seq + 1;
    v_cycle := v_cycle + 1;
    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, occurred_at, recorded_at)
      VALUES (p_business, new_id(), card.id, v_seq, 'expire', -v_from, 0, p_rule_version,
              (card.stamps_until + 1)::timestamp AT TIME ZONE shop.zone, v_now);
    INSERT INTO events (id, business_id, kind, payload, recorded_at) VALUES (new_id(), p_business, 'StampsExpired',
      jsonb_build_object('card_id', card.id, 'customer_id', card.customer_id, 'count', v_from, 'seq', v_seq), v_now);
    v_from := 0;
  ELSIF v_day <= card.lapsed_until AND v_from = 0 THEN
    SELECT e.* INTO done FROM stamp_events e
      WHERE e.business_id = p_business AND e.card_id = card.id AND e.kind = 'expire' AND e.delta < 0
      ORDER BY e.seq DESC LIMIT 1;
    v_seq := v_seq + 1;
    v_cycle := v_cycle - 1;
    v_from := -done.delta;
    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, occurred_at, recorded_at, voids)
      VALUES (p_business, new_id(), card.id, v_seq, 'void', v_from, v_from, p_rule_version, v_at, v_now, done.id);
    card.stamps_until := card.lapsed_until;
  END IF;

  -- Without roll-over no more than fills the card; what it held above that under older rules stays. The days that stamps
  -- are good for count from this visit, and never end before those that the card was promised.
  given := p_count * factor;
  IF NOT p_roll AND given > required - v_from % required THEN
    given := required - v_from % required;
    v_flags := v_flags || 'surplus'::text;
  END IF;
  v_good := v_day + p_stamps_days;
  IF v_from > 0 AND v_from + given < required THEN
    v_good := CASE WHEN card.stamps_until IS NOT NULL AND v_good IS NOT NULL THEN greatest(card.stamps_until, v_good) END;
  END IF;

  -- the ledger: the stamp, then a reward for every step it crossed ------------------------------------------------------
  v_seq := v_seq + 1;
  v_to := v_from + given;
  INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id, device_id,
                            branch_id, occurred_at, recorded_at, amount_centimos, reason, flags, code_at, stamps_until)
    VALUES (p_business, p_id, card.id, v_seq, 'earn', given, v_to, p_rule_version, p_account, p_device,
            p_branch, v_at, v_now, p_amount, p_override, v_flags, p_code_at, v_good);
  LOOP
    FOR i IN 1 .. v_last LOOP
      -- The last step is reached by standing at or above it (a new rule may ask for less than the card already holds).
      CONTINUE WHEN v_to < p_steps[i] OR (i < v_last AND v_from >= p_steps[i]);
      v_reward := new_id();
      v_cost := CASE WHEN i = v_last THEN p_steps[i] ELSE 0 END;
      v_seq := v_seq + 1;
      INSERT INTO rewards AS w (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by, issued_at, good_until)
        VALUES (p_business, v_reward, card.id, v_cycle, p_steps[i], v_cost, p_titles[i], p_rule_version, p_id, v_now,
                (v_now AT TIME ZONE shop.zone)::date + p_rewards_days);
      INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id, device_id,
                                branch_id, occurred_at, recorded_at, reward_id)
        VALUES (p_business, new_id(), card.id, v_seq, 'issue_reward', -v_cost, v_to - v_cost, p_rule_version, p_account, p_device,
                p_branch, v_at, v_now, v_reward);
      INSERT INTO events (id, business_id, kind, payload, recorded_at) VALUES (new_id(), p_business, 'RewardEarned',
        jsonb_build_object('card_id', card.id, 'customer_id', card.customer_id, 'reward_id', v_reward, 'threshold', p_steps[i], 'source', 'step'), v_now);
      rewards := rewards || jsonb_build_object('id', v_reward, 'title', p_titles[i], 'threshold', p_steps[i]);
    END LOOP;
    EXIT WHEN v_to < p_steps[v_last];
    v_to := v_to - p_steps[v_last];
    v_from := 0;
    v_cycle := v_cycle + 1;
  END LOOP;
  through := CASE WHEN v_to > 0 THEN v_good END;
  UPDATE cards c SET balance = v_to, seq = v_seq, cycle = v_cycle, last_at = greatest(c.last_at, v_at),
      day = greatest(c.day, v_day),
      day_count = CASE WHEN c.day IS NULL OR v_day > c.day THEN 1 WHEN v_day = c.day THEN c.day_count + 1 ELSE c.day_count END,
      last_code_at = greatest(c.last_code_at, p_code_at), stamps_until = through, lapsed_until = NULL
    WHERE c.business_id = p_business AND c.id = card.id;
  INSERT INTO events (id, business_id, kind, payload, recorded_at) VALUES (new_id(), p_business, 'StampAdded',
    jsonb_build_object('card_id', card.id, 'customer_id', card.customer_id, 'stamp_id', p_id, 'account_id', p_account,
      'count', given, 'balance', v_to, 'seq', v_seq, 'of', p_steps[v_last], 'occurred_at', v_at, 'flags', to_jsonb(v_flags)), v_now);
  outcome := 'counted';
  balance := v_to;
  seq := v_seq;
END $$;

GRANT EXECUTE ON FUNCTION add_stamp_v1 TO sello_app;
