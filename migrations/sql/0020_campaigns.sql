-- Campaigns over WhatsApp. campaign_sends is one of the two big tables: unique on (business_id, id) alone, so that it can be
-- partitioned by id; what must be unique lives in the small tables beside it.
-- Moments are stored, states are derived. Money is in micros: millionths of a sol, because a message costs céntimos and parts of one.

CREATE EXTENSION IF NOT EXISTS btree_gist;                        -- trusted: the owner of a database may create it

CREATE TABLE message_templates (                                  -- what WhatsApp approves; its text is fixed once it was submitted
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 3 AND 255),
  language text NOT NULL CHECK (language IN ('es', 'en')),
  category text NOT NULL CHECK (category IN ('marketing', 'utility')),
  body text NOT NULL CHECK (char_length(body) BETWEEN 10 AND 1000), -- with {{name}} and the like; every marketing one carries a button to opt out
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  changed_at timestamptz NOT NULL DEFAULT app_now(),
  submitting_at timestamptz,                                      -- said before the provider is called, so that no content of ours is unknown
  content_sid text CHECK (content_sid ~ '^HX[0-9a-f]{32}$'),
  submitted_at timestamptz,
  approval text CHECK (approval IN ('received', 'pending', 'approved', 'rejected', 'paused', 'disabled')), -- the provider's word
  approval_at timestamptz,
  rejection_reason text CHECK (char_length(rejection_reason) <= 500),
  approved_category text CHECK (approved_category IN ('marketing', 'utility', 'authentication')), -- Meta may put it elsewhere: it costs what that costs
  archived_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, created_by) REFERENCES memberships (business_id, account_id),
  CHECK ((approval IS NULL) = (approval_at IS NULL)),
  CHECK (approval IS NULL OR content_sid IS NOT NULL)
);
CREATE UNIQUE INDEX message_templates_name ON message_templates (business_id, lower(name)) WHERE archived_at IS NULL;
CREATE INDEX message_templates_by ON message_templates (business_id, created_by) WHERE created_by IS NOT NULL;
CREATE UNIQUE INDEX message_templates_content ON message_templates (content_sid) WHERE content_sid IS NOT NULL;
CREATE INDEX message_templates_waiting ON message_templates (submitting_at)
  WHERE submitting_at IS NOT NULL AND archived_at IS NULL AND (approval IS NULL OR approval IN ('received', 'pending', 'paused'));

CREATE TABLE campaigns (
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 3 AND 255),
  trigger_kind text NOT NULL CHECK (trigger_kind IN ('inactivity', 'birthday', 'milestone', 'near_reward', 'reward_unused', 'expiring', 'segment')),
  trigger_config jsonb NOT NULL DEFAULT '{}',                     -- typed by campaign.rules.Trigger
  template_id uuid NOT NULL,
  discount_percent smallint CHECK (discount_percent BETWEEN 5 AND 50),
  gift text CHECK (char_length(gift) BETWEEN 1 AND 255),          -- a fixed thing instead of a percentage
  code_days smallint NOT NULL DEFAULT 14 CHECK (code_days BETWEEN 1 AND 90),
  holdout_percent smallint NOT NULL DEFAULT 10 CHECK (holdout_percent BETWEEN 0 AND 50),
  budget_centimos bigint CHECK (budget_centimos BETWEEN 1 AND 100000000), -- null: no end
  quiet_from smallint NOT NULL DEFAULT 1200 CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes of the shop's day; nothing is claimed from here ...
  quiet_until smallint NOT NULL DEFAULT 540 CHECK (quiet_until BETWEEN 0 AND 1439), -- ... to here, over midnight; the same twice: never quiet
  committed_micros bigint NOT NULL DEFAULT 0 CHECK (committed_micros >= 0), -- derived from its sends; the row that claims lock
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  changed_at timestamptz NOT NULL DEFAULT app_now(),
  activated_at timestamptz,                                       -- the first time; from here on what is measured is fixed
  paused_at timestamptz,
  paused_why text CHECK (paused_why IN ('owner', 'opt_outs', 'budget', 'template', 'provider')),
  ended_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, template_id) REFERENCES message_templates (business_id, id),
  FOREIGN KEY (business_id, created_by) REFERENCES memberships (business_id, account_id),
  CHECK (num_nonnulls(discount_percent, gift) <= 1),
  CHECK ((paused_at IS NULL) = (paused_why IS NULL)),
  CHECK (paused_at IS NULL OR activated_at IS NOT NULL)
);
CREATE INDEX campaigns_template ON campaigns (business_id, template_id);
CREATE INDEX campaigns_by ON campaigns (business_id, created_by) WHERE created_by IS NOT NULL;

CREATE TABLE campaign_plans (                                     -- a row a shop: the last day, in its own zone, whose campaigns were planned
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  planned_until date NOT NULL
);

CREATE TABLE campaign_segments (                                  -- whom a one-off campaign is for: a list that was handed over with it, never changed
  business_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  PRIMARY KEY (business_id, campaign_id, customer_id),
  FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX campaign_segments_customer ON campaign_segments (business_id, customer_id);

CREATE TABLE campaign_members (                                   -- everybody a campaign meant, also those who are held out: what lift is measured over
  business_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  occasion text NOT NULL CHECK (char_length(occasion) BETWEEN 1 AND 80), -- what set it off, once for ever: a date, a reward, a visit's number
  arm text NOT NULL CHECK (arm IN ('message', 'holdout')),        -- drawn once for a customer and a campaign
  send_id uuid,                                                   -- null: held out
  planned_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, campaign_id, customer_id, occasion),
  FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  CHECK ((arm = 'holdout') = (send_id IS NULL))
);
CREATE INDEX campaign_members_customer ON campaign_members (business_id, customer_id);
CREATE UNIQUE INDEX campaign_members_send ON campaign_members (business_id, send_id) WHERE send_id IS NOT NULL;

CREATE TABLE campaign_sends (
  business_id uuid NOT NULL,
  id uuid NOT NULL,                                               -- goes with the status callback: how an answer that was lost is found
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  template_id uuid NOT NULL,
  sender text NOT NULL CHECK (sender ~ '^\+\d{8,15}$'),           -- the number it leaves from
  priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9), -- 0 first
  planned_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,                                    -- not before: quiet hours, a pause after a refusal
  claims int NOT NULL DEFAULT 0 CHECK (claims >= 0),              -- fencing: whoever writes later says which claim was theirs
  claimed_at timestamptz,
  unknown_at timestamptz,                                         -- called, and no answer that says whether it was accepted: never called again
  looked_at timestamptz,                                          -- the provider's list was last asked for it
  looks smallint NOT NULL DEFAULT 0,
  released_at timestamptz,                                        -- ended without being accepted
  released_why text CHECK (char_length(released_why) <= 40),      -- cap, opt_out, budget, ..., refused, not_seen
  sid text CHECK (sid ~ '^(SM|MM)[0-9a-f]{32}$'),
  rank smallint NOT NULL DEFAULT 0 CHECK (rank BETWEEN 0 AND 7),  -- queued 1, accepted 2, sending 3, sent 4, failed 5, delivered 6, read 7: up only
  accepted_at timestamptz,
  sent_at timestamptz,
  failed_at timestamptz,
  delivered_at timestamptz,
  opened_at timestamptz,                                          -- the first `read`
  clicked_at timestamptz,
  error_code int,                                                 -- the first one
  category text NOT NULL CHECK (category IN ('marketing', 'utility')),
  cost_micros bigint NOT NULL CHECK (cost_micros >= 0),           -- by the rate card of its day; not spent when released or failed without charge
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, template_id) REFERENCES message_templates (business_id, id),
  CHECK ((released_at IS NULL) = (released_why IS NULL)),
  CHECK (released_at IS NULL OR accepted_at IS NULL),
  CHECK (accepted_at IS NULL OR (sid IS NOT NULL AND claimed_at IS NOT NULL)),
  CHECK (unknown_at IS NULL OR claimed_at IS NOT NULL)
);
CREATE INDEX campaign_sends_campaign ON campaign_sends (business_id, campaign_id, id);
CREATE INDEX campaign_sends_customer ON campaign_sends (business_id, customer_id, id);
CREATE INDEX campaign_sends_template ON campaign_sends (business_id, template_id);
CREATE INDEX campaign_sends_sid ON campaign_sends (sid) WHERE sid IS NOT NULL; -- callbacks come before the tenant is known
CREATE INDEX campaign_sends_waiting ON campaign_sends (business_id, sender, priority, due_at) WHERE claimed_at IS NULL AND released_at IS NULL;
CREATE INDEX campaign_sends_accepted ON campaign_sends (accepted_at) WHERE accepted_at IS NOT NULL; -- the nightly comparison
CREATE INDEX campaign_sends_doubt ON campaign_sends (claimed_at) WHERE claimed_at IS NOT NULL AND accepted_at IS NULL AND released_at IS NULL;

CREATE TABLE send_windows (                                       -- the promise of one campaign message in 168 hours
  business_id uuid NOT NULL,
  send_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  from_at timestamptz NOT NULL,                                   -- of planning, moved by the claim
  until_at timestamptz NOT NULL,
  freed_at timestamptz,                                           -- refused before acceptance, and by nothing else
  PRIMARY KEY (business_id, send_id),
  FOREIGN KEY (business_id, send_id) REFERENCES campaign_sends (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  CHECK (until_at - from_at = interval '168 hours'),
  CONSTRAINT send_windows_cap EXCLUDE USING gist (business_id WITH =, customer_id WITH =, tstzrange(from_at, until_at) WITH &&)
    WHERE (freed_at IS NULL)
);
CREATE INDEX send_windows_customer ON send_windows (business_id, customer_id);

CREATE TABLE discount_codes (                                     -- one a send, once
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  send_id uuid NOT NULL,
  code text NOT NULL CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{13}$'),   -- 65 bits of Crockford's letters; shown as XXXX-XXXX-XXXXX
  percent smallint CHECK (percent BETWEEN 5 AND 50),
  gift text CHECK (char_length(gift) BETWEEN 1 AND 255),
  issued_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  withdrawn_at timestamptz,                                       -- its send was never accepted, or its customer erased
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, send_id) REFERENCES campaign_sends (business_id, id),
  CHECK (num_nonnulls(percent, gift) = 1)
);
CREATE UNIQUE INDEX discount_codes_code ON discount_codes (business_id, code);
CREATE UNIQUE INDEX discount_codes_send ON discount_codes (business_id, send_id);
CREATE INDEX discount_codes_customer ON discount_codes (business_id, customer_id);
CREATE INDEX discount_codes_campaign ON discount_codes (business_id, campaign_id);

CREATE TABLE code_redemptions (
  business_id uuid NOT NULL,
  id uuid NOT NULL,                                               -- made by the till before its first try
  code_id uuid NOT NULL,
  account_id uuid NOT NULL,
  device_id uuid,
  branch_id uuid,
  amount_centimos bigint CHECK (amount_centimos BETWEEN 0 AND 100000000),
  redeemed_at timestamptz NOT NULL,
  voided_by uuid,
  voided_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, code_id) REFERENCES discount_codes (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, branch_id) REFERENCES branches (business_id, id),
  FOREIGN KEY (business_id, voided_by) REFERENCES memberships (business_id, account_id),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL))
);
CREATE UNIQUE INDEX code_redemptions_once ON code_redemptions (business_id, code_id) WHERE voided_at IS NULL;
CREATE INDEX code_redemptions_code ON code_redemptions (business_id, code_id);
CREATE INDEX code_redemptions_account ON code_redemptions (business_id, account_id);
CREATE INDEX code_redemptions_device ON code_redemptions (business_id, device_id) WHERE device_id IS NOT NULL;
CREATE INDEX code_redemptions_branch ON code_redemptions (business_id, branch_id) WHERE branch_id IS NOT NULL;
CREATE INDEX code_redemptions_voided_by ON code_redemptions (business_id, voided_by) WHERE voided_by IS NOT NULL;

CREATE TABLE short_links (                                        -- /k/{code}{token}: where a message leads, and whether somebody went
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  token text NOT NULL CHECK (token ~ '^[0-9A-HJKMNP-TV-Z]{13}$'), -- after the shop's own code, so that a link names its tenant
  send_id uuid NOT NULL,
  clicks int NOT NULL DEFAULT 0 CHECK (clicks >= 0),
  clicked_at timestamptz,                                         -- the first time, by a person: previews do not count
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, send_id) REFERENCES campaign_sends (business_id, id)
);
CREATE UNIQUE INDEX short_links_token ON short_links (business_id, token);
CREATE UNIQUE INDEX short_links_send ON short_links (business_id, send_id);

CREATE TABLE whatsapp_contacts (                                  -- how a customer can be reached by WhatsApp, as far as is known
  business_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  window_until timestamptz,                                       -- they wrote: free text may be sent until here
  helped_at timestamptz,                                          -- the help text goes out once a day
  invalid_at timestamptz,                                         -- no such number (21211): asked for at the counter
  unreachable_at timestamptz,                                     -- not on WhatsApp (63024): until they write
  blocked_at timestamptz,                                         -- they blocked the sender (63014, 21610): until they write
  stopped_at timestamptz,                                         -- they stopped marketing at WhatsApp (63033): until they write
  pause_until timestamptz,                                        -- marketing was not delivered (63049): 24 h, 3 d, 7 d
  pauses smallint NOT NULL DEFAULT 0 CHECK (pauses >= 0),
  PRIMARY KEY (business_id, customer_id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);

CREATE TABLE webhook_inbox (                                      -- stored before it is understood; the tenant is found out later
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('status', 'inbound')),
  digest bytea NOT NULL UNIQUE,                                   -- of all parameters: the same callback five times is one row
  message_sid text NOT NULL CHECK (char_length(message_sid) <= 64),
  params jsonb NOT NULL,                                          -- as they came; phones are replaced once it was processed
  received_at timestamptz NOT NULL DEFAULT app_now(),
  tries smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_try_at timestamptz NOT NULL DEFAULT app_now(),             -- a sid nobody knows yet is asked again for ten minutes
  processed_at timestamptz,
  outcome text CHECK (char_length(outcome) <= 40),
  business_id uuid REFERENCES businesses (id),                    -- once it is known
  CHECK ((processed_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX webhook_inbox_waiting ON webhook_inbox (next_try_at) WHERE processed_at IS NULL;
CREATE INDEX webhook_inbox_sid ON webhook_inbox (message_sid);
CREATE INDEX webhook_inbox_business ON webhook_inbox (business_id, received_at);

CREATE TABLE replies (                                            -- what we answer to a message: at most once, inside the window
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  inbox_id uuid NOT NULL,                                         -- the message that it answers; forgotten before it
  kind text NOT NULL CHECK (kind IN ('opted_out', 'opted_in', 'card', 'help', 'confirmed')),
  asked text CHECK (asked IN ('opt_out', 'opt_in', 'card', 'proof', 'other')), -- what was understood; never the words
  sender text NOT NULL CHECK (sender ~ '^\+\d{8,15}$'),
  queued_at timestamptz NOT NULL DEFAULT app_now(),
  claimed_at timestamptz,
  unknown_at timestamptz,
  sid text CHECK (sid ~ '^(SM|MM)[0-9a-f]{32}$'),
  rank smallint NOT NULL DEFAULT 0 CHECK (rank BETWEEN 0 AND 7),
  error_code int,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE UNIQUE INDEX replies_inbox ON replies (business_id, inbox_id);
CREATE INDEX replies_customer ON replies (business_id, customer_id, queued_at);
CREATE INDEX replies_sid ON replies (sid) WHERE sid IS NOT NULL;
CREATE INDEX replies_waiting ON replies (queued_at) WHERE claimed_at IS NULL;

CREATE TABLE campaign_alerts (                                    -- what an owner has to know, in the notices
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{3,40}$'),
  day date NOT NULL,                                              -- once a day and kind: reactions commute and may run twice
  details jsonb NOT NULL DEFAULT '{}',                            -- counts and ids, never personal data
  recorded_at timestamptz NOT NULL DEFAULT app_now(),
  seen_at timestamptz,
  seen_by uuid,
  PRIMARY KEY (business_id, id),
  UNIQUE (business_id, campaign_id, kind, day),
  FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id),
  FOREIGN KEY (business_id, seen_by) REFERENCES memberships (business_id, account_id),
  CHECK ((seen_at IS NULL) = (seen_by IS NULL))
);
CREATE INDEX campaign_alerts_seen_by ON campaign_alerts (business_id, seen_by) WHERE seen_by IS NOT NULL;

-- ---------------------------------------------------------------- of the platform: numbers that shops share
CREATE TABLE sender_bucket (                                      -- whoever wants to call takes places in time here, a few at once
  sender text PRIMARY KEY CHECK (sender ~ '^\+\d{8,15}$'),
  next_at timestamptz NOT NULL DEFAULT app_now(),                 -- the next free place
  held_until timestamptz,                                         -- the provider said stop (63018, 63038): nothing but replies
  held_code int
);

CREATE TABLE sender_phones (                                      -- who was written to from a number, across shops; phones as HMAC
  sender text NOT NULL,
  phone_hash bytea NOT NULL,
  last_at timestamptz NOT NULL,                                   -- the latest message that was claimed
  before_at timestamptz,                                          -- the one before it
  PRIMARY KEY (sender, phone_hash)
);
CREATE INDEX sender_phones_last ON sender_phones (sender, last_at);

-- Who may be written to from a shared number, asked and noted within the claim of one shop. sello_app must not read the
-- table, which knows of every shop: it learns of phones that it names, whether their place was taken, and nothing else.
CREATE FUNCTION take_sender_phones(p_business uuid, p_sender text, p_hashes bytea[], p_at timestamptz, p_daily int)
RETURNS TABLE (phone_hash bytea, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$ -- a plan of the empty table stays
DECLARE
  h bytea;
  known sender_phones;
  people int := 0;
BEGIN
  IF p_business IS DISTINCT FROM current_business() THEN
    RAISE EXCEPTION 'a claim is of the tenant that is set';
  END IF;
  IF p_daily IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_sender, 20));  -- those who count people wait for each other
    SELECT count(*) INTO people FROM sender_phones p WHERE p.sender = p_sender AND p.last_at > p_at - interval '24 hours';
  END IF;
  FOR h IN SELECT DISTINCT x FROM unnest(p_hashes) AS x ORDER BY x LOOP
    phone_hash := h;
    IF p_daily IS NOT NULL THEN
      SELECT * INTO known FROM sender_phones p WHERE p.sender = p_sender AND p.phone_hash = h FOR UPDATE;
    END IF;
    IF p_daily IS NOT NULL AND people >= p_daily AND coalesce(known.last_at <= p_at - interval '24 hours', true) THEN
      outcome := 'daily';
    ELSE
      INSERT INTO sender_phones AS p (sender, phone_hash, last_at) VALUES (p_sender, h, p_at)
      ON CONFLICT ON CONSTRAINT sender_phones_pkey DO UPDATE SET before_at = p.last_at, last_at = greatest(p.last_at, excluded.last_at)
        WHERE p.before_at IS NULL OR p.before_at <= p_at - interval '168 hours' OR p.last_at <= p_at - interval '168 hours';
      outcome := CASE WHEN FOUND THEN 'taken' ELSE 'cap' END;
      IF outcome = 'taken' AND coalesce(known.last_at <= p_at - interval '24 hours', true) THEN
        people := people + 1;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION give_back_sender_phones(p_business uuid, p_sender text, p_hashes bytea[], p_taken_at timestamptz[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h bytea;
  at timestamptz;
  given bigint := 0;
BEGIN
  IF p_business IS DISTINCT FROM current_business() THEN
    RAISE EXCEPTION 'a claim is of the tenant that is set';
  END IF;
  FOR h, at IN SELECT x.hash, x.taken_at FROM unnest(p_hashes, p_taken_at) AS x (hash, taken_at) ORDER BY x.hash LOOP
    UPDATE sender_phones p SET last_at = p.before_at, before_at = NULL
    WHERE p.sender = p_sender AND p.phone_hash = h AND p.last_at = at AND p.before_at IS NOT NULL;
    IF NOT FOUND THEN
      DELETE FROM sender_phones p WHERE p.sender = p_sender AND p.phone_hash = h AND p.last_at = at;
    END IF;
    given := given + CASE WHEN FOUND THEN 1 ELSE 0 END;
  END LOOP;
  RETURN given;
END $$;
REVOKE ALL ON FUNCTION take_sender_phones, give_back_sender_phones FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_sender_phones, give_back_sender_phones TO sello_app;

-- ---------------------------------------------------------------- grants and walls
-- What may be written is what some statement writes: a test compares.
GRANT SELECT ON message_templates, campaigns, campaign_plans, campaign_segments, campaign_members, campaign_sends, send_windows, discount_codes,
  code_redemptions, short_links, whatsapp_contacts, replies, campaign_alerts TO sello_app;
GRANT INSERT, UPDATE ON campaigns TO sello_app;
GRANT INSERT ON campaign_segments TO sello_app;
GRANT INSERT, UPDATE ON campaign_plans TO sello_app;
GRANT INSERT ON campaign_members TO sello_app;
GRANT INSERT ON campaign_sends TO sello_app;
GRANT INSERT ON send_windows TO sello_app;
GRANT UPDATE ON send_windows TO sello_app;
GRANT INSERT ON discount_codes TO sello_app;
GRANT INSERT, UPDATE ON code_redemptions TO sello_app;
GRANT INSERT ON short_links TO sello_app;
GRANT INSERT, UPDATE ON message_templates TO sello_app;
GRANT UPDATE ON campaign_sends TO sello_app;
GRANT UPDATE ON send_windows TO sello_app;
GRANT UPDATE ON campaigns TO sello_app;
GRANT INSERT ON whatsapp_contacts TO sello_app;
GRANT INSERT, UPDATE ON sender_bucket TO sello_platform;
GRANT UPDATE ON discount_codes TO sello_app;
GRANT UPDATE ON whatsapp_contacts TO sello_app;
GRANT UPDATE (clicks, clicked_at) ON short_links TO sello_app;
GRANT INSERT ON whatsapp_contacts TO sello_app;
GRANT INSERT, UPDATE (claimed_at, unknown_at, sid, rank, error_code) ON replies TO sello_app;
GRANT INSERT, UPDATE (seen_at, seen_by) ON campaign_alerts TO sello_app;
GRANT SELECT ON message_templates, campaigns, campaign_plans, campaign_sends, replies, webhook_inbox, sender_bucket, sender_phones TO sello_platform;
GRANT INSERT, UPDATE (tries, next_try_at, processed_at, outcome, business_id, params) ON webhook_inbox TO sello_platform; -- the tenant comes later
GRANT SELECT, DELETE ON webhook_inbox, sender_phones, short_links, campaign_alerts, replies TO sello_platform; -- retention
GRANT SELECT ON message_templates, campaigns, campaign_plans, campaign_segments, campaign_members, campaign_sends, send_windows, discount_codes,
  code_redemptions, short_links, whatsapp_contacts, webhook_inbox, replies, campaign_alerts, sender_bucket, sender_phones TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['message_templates', 'campaigns', 'campaign_plans', 'campaign_segments', 'campaign_members', 'campaign_sends', 'send_windows',
    'discount_codes', 'code_redemptions', 'short_links', 'whatsapp_contacts', 'webhook_inbox', 'replies', 'campaign_alerts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- whose phone it is
-- Somebody who writes to the platform's number is a customer of several shops, perhaps. The platform cannot read phones; this
-- answers who has one that it was told. Of a merged customer, who they are now.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX customers_phone_anywhere ON customers (phone) WHERE phone IS NOT NULL;

CREATE FUNCTION customers_with_phone(p_phone text) RETURNS TABLE (business_id uuid, customer_id uuid, pending boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.business_id, coalesce(u.merged_into, u.id), bool_and(u.confirmed_at IS NULL AND u.merged_into IS NULL)
  FROM customers u WHERE u.phone = p_phone
  GROUP BY 1, 2 ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION customers_with_phone FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_with_phone TO sello_platform;
