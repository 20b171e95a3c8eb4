-- The core: shops, people, cards, the ledger, facts. Run as sello_owner; roles exist already (infrastructure/database/roles.py).
-- Order: tables, then grants and policies, then functions. Every tenant key begins with business_id.

-- ---------------------------------------------------------------- clock and ids
-- The one clock of SQL. Test databases replace it by a version that adds an offset.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';

-- UUIDv7: 48 bits of milliseconds over a random v4, version bits set. PostgreSQL has its own only from 18 on.
CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM app_now()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid
$$;

CREATE FUNCTION current_business() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT NULLIF(current_setting('app.business_id', true), '')::uuid $$;

-- ---------------------------------------------------------------- domain business
CREATE TABLE businesses (
  id uuid PRIMARY KEY,
  code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Z]{6}$'),       -- begins every card link, so that a link names its tenant
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$'),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  zone text NOT NULL DEFAULT 'America/Lima',
  locale text NOT NULL DEFAULT 'es-PE',
  rule_version int NOT NULL DEFAULT 0,                            -- the version in force; 0 = no rules yet
  inactivity_threshold_days int NOT NULL DEFAULT 14 CHECK (inactivity_threshold_days BETWEEN 1 AND 365),
  suspended_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE branches (
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, id)
);

CREATE TABLE accounts (                                           -- a person with a password, or the bearer of an API key; no tenant
  id uuid PRIMARY KEY,
  email text UNIQUE CHECK (email = lower(email) AND char_length(email) <= 254), -- null: a machine's, which has no password either
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  password_hash text,
  password_changed_at timestamptz NOT NULL DEFAULT app_now(),
  email_verified_at timestamptz,
  totp_secret bytea,                                              -- encrypted with DATA_KEY
  totp_confirmed_at timestamptz,
  totp_last_step bigint,                                          -- a code counts once
  created_at timestamptz NOT NULL DEFAULT app_now(),
  CHECK ((email IS NULL) = (password_hash IS NULL))
);

CREATE TABLE platform_admins (
  account_id uuid PRIMARY KEY REFERENCES accounts (id),
  created_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE memberships (
  business_id uuid NOT NULL REFERENCES businesses (id),
  account_id uuid NOT NULL REFERENCES accounts (id),
  role text NOT NULL CHECK (role IN ('owner', 'staff', 'machine')), -- machine: an API key, whose id is the account's
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255), -- as shown at this shop; accounts are not readable by tenants
  version int NOT NULL DEFAULT 1,                                 -- carried by access tokens; a change ends them
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id);

CREATE TABLE invitations (                                        -- the link's secret is a MAC of the id, see account_tokens
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  email text NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  role text NOT NULL CHECK (role IN ('owner', 'staff')),
  invited_by uuid,                                                -- null: by a platform admin, whom the audit log names
  created_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, invited_by) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX invitations_by ON invitations (business_id, invited_by);
CREATE UNIQUE INDEX invitations_link ON invitations (id);         -- whoever accepts one knows its id, not the shop
CREATE UNIQUE INDEX invitations_open ON invitations (business_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- Links sent by mail. The link's secret is a MAC of the id, so no secret stands here and a mail job can make it again.
CREATE TABLE account_tokens (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  kind text NOT NULL CHECK (kind IN ('verify_email', 'reset_password')),
  created_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX account_tokens_account ON account_tokens (account_id, kind);

-- One row a session family. A refresh token is family.generation.mac: only its generation lives here, so at most one
-- token of a family is alive by construction.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  business_id uuid REFERENCES businesses (id),                    -- null for a platform admin
  generation int NOT NULL DEFAULT 1 CHECK (generation >= 1),
  created_at timestamptz NOT NULL DEFAULT app_now(),               -- defaults run in this order: never after rotated_at
  rotated_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  agent text NOT NULL DEFAULT '' CHECK (char_length(agent) <= 120),
  network_hash bytea,                                             -- where the log-in came from: strangers cannot slow that place down
  device_id uuid,                                                 -- the shop's till it was opened on: it ends with the till
  means text NOT NULL DEFAULT 'password' CHECK (means IN ('password', 'pin')), -- by PIN: staff's powers and no more
  revoked_at timestamptz,
  revoked_why text CHECK (revoked_why IN ('logout', 'logout_all', 'reuse', 'dismissed', 'password', 'expired', 'switched', 'device', 'pin')),
  CHECK ((revoked_at IS NULL) = (revoked_why IS NULL)),
  CHECK (means <> 'pin' OR device_id IS NOT NULL),
  CHECK (device_id IS NULL OR business_id IS NOT NULL)
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_business ON sessions (business_id, device_id);

CREATE TABLE login_failures (
  id uuid PRIMARY KEY,
  account_hash bytea NOT NULL,                                    -- HMAC of the e-mail: unknown accounts count the same
  network_hash bytea NOT NULL,                                    -- HMAC of the /24 or /56
  failed_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX login_failures_account ON login_failures (account_hash, failed_at);
CREATE INDEX login_failures_network ON login_failures (network_hash, failed_at);

CREATE TABLE devices (                                            -- tills: what stands at the counter; its credential is in device_credentials
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  branch_id uuid,
  enrolled_by uuid NOT NULL,
  enrolled_at timestamptz NOT NULL DEFAULT app_now(),
  seen_at timestamptz,                                            -- its credential was last renewed, or somebody signed in on it
  revoked_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, branch_id) REFERENCES branches (business_id, id),
  FOREIGN KEY (business_id, enrolled_by) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX devices_branch ON devices (business_id, branch_id);
CREATE INDEX devices_by ON devices (business_id, enrolled_by);
ALTER TABLE sessions ADD FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id);

CREATE TABLE reward_rules (                                       -- versions; a row never changes
  business_id uuid NOT NULL REFERENCES businesses (id),
  version int NOT NULL CHECK (version >= 1),
  body jsonb NOT NULL,                                            -- typed by business.rules.RewardRules
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, version),
  FOREIGN KEY (business_id, created_by) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX reward_rules_by ON reward_rules (business_id, created_by);

CREATE TABLE audit_log (                                          -- append-only
  id uuid PRIMARY KEY,
  business_id uuid REFERENCES businesses (id),                    -- null: of the platform
  account_id uuid REFERENCES accounts (id),
  action text NOT NULL CHECK (action ~ '^[a-z_.]{3,60}$'),
  subject_id uuid,
  reason text CHECK (char_length(reason) <= 255),
  details jsonb NOT NULL DEFAULT '{}',
  recorded_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX audit_log_business ON audit_log (business_id, recorded_at);
CREATE INDEX audit_log_account ON audit_log (account_id);

-- ---------------------------------------------------------------- domain customer
CREATE TABLE customers (
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  phone text CHECK (phone ~ '^\+519\d{8}$'),                      -- null once erased
  last_three text GENERATED ALWAYS AS (right(phone, 3)) STORED,
  name text CHECK (char_length(name) BETWEEN 1 AND 255),          -- null once erased
  name_folded text,
  birth_month smallint CHECK (birth_month BETWEEN 1 AND 12),
  birth_day smallint CHECK (birth_day BETWEEN 1 AND 31),
  source text NOT NULL CHECK (source IN ('poster', 'till', 'import', 'referral', 'message')),
  enrolled_at timestamptz NOT NULL DEFAULT app_now(),
  confirmed_at timestamptz,                                       -- the phone was proven; until then the card is pending
  confirmed_by uuid,
  merged_into uuid,
  erased_at timestamptz,
  network_hash bytea,                                             -- of a pending enrolment: what the hourly limit counts
  opted_in_at timestamptz,                                        -- derived from consent_events
  opted_out_at timestamptz,                                       -- derived from consent_events
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, merged_into) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, confirmed_by) REFERENCES memberships (business_id, account_id),
  CHECK ((birth_month IS NULL) = (birth_day IS NULL)),
  CHECK ((phone IS NULL AND name IS NULL) = (erased_at IS NOT NULL)),
  CHECK (merged_into <> id)
);
CREATE UNIQUE INDEX customers_phone ON customers (business_id, phone) WHERE confirmed_at IS NOT NULL AND merged_into IS NULL;
CREATE INDEX customers_any_phone ON customers (business_id, phone);
CREATE INDEX customers_last_three ON customers (business_id, last_three);
CREATE INDEX customers_network ON customers (business_id, network_hash, enrolled_at) WHERE network_hash IS NOT NULL;
CREATE INDEX customers_merged ON customers (business_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customers_confirmed_by ON customers (business_id, confirmed_by) WHERE confirmed_by IS NOT NULL;

CREATE TABLE consent_events (                                     -- append-only: the proof
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opt_in', 'opt_out')),
  source text NOT NULL CHECK (source IN ('enrolment', 'card', 'counter', 'message', 'import', 'owner')),
  text_version text NOT NULL CHECK (char_length(text_version) <= 40),
  poster_id text CHECK (char_length(poster_id) <= 40),
  network_hash bytea,
  recorded_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX consent_events_last ON consent_events (business_id, customer_id, recorded_at DESC, id DESC);

-- ---------------------------------------------------------------- domain loyalty
CREATE TABLE cards (
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  scan_code text NOT NULL CHECK (scan_code ~ '^[0-9A-Z]{20}$'),   -- in the QR: useful to signed-in staff only
  link text NOT NULL CHECK (link ~ '^[0-9A-Z]{22}$'),             -- /c/{code}{link}: the customer's own page
  balance int NOT NULL DEFAULT 0 CHECK (balance >= 0),            -- derived from the ledger; the row staff lock
  seq int NOT NULL DEFAULT 0 CHECK (seq >= 0),
  cycle int NOT NULL DEFAULT 0 CHECK (cycle >= 0),                -- how often the card was filled
  last_at timestamptz,                                            -- latest visit that counts (not voided)
  day date,                                                       -- the latest visit's day in the shop's zone ...
  day_count int NOT NULL DEFAULT 0,                               -- ... and how many stamps it saw, voided ones included
  last_code_at timestamptz,                                       -- issue time of the newest rotating code used
  issued_at timestamptz NOT NULL DEFAULT app_now(),
  confirmed_at timestamptz,
  merged_into uuid,                                               -- scans and links of this card lead to that one
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
  FOREIGN KEY (business_id, merged_into) REFERENCES cards (business_id, id),
  CHECK (merged_into <> id),
  CHECK (merged_into IS NULL OR balance = 0)
);
CREATE UNIQUE INDEX cards_customer ON cards (business_id, customer_id);
CREATE UNIQUE INDEX cards_scan_code ON cards (business_id, scan_code);
CREATE UNIQUE INDEX cards_link ON cards (business_id, link);
CREATE INDEX cards_merged ON cards (business_id, merged_into) WHERE merged_into IS NOT NULL;

-- The ledger: append-only, the source of truth. Unique on (business_id, id) alone, so that it can be partitioned by id;
-- (card, seq) rests on the card's row lock and a law.
CREATE TABLE stamp_events (
  business_id uuid NOT NULL,
  id uuid NOT NULL,                                               -- of an earn: made by the client before its first try
  card_id uuid NOT NULL,
  seq int NOT NULL CHECK (seq >= 1),
  kind text NOT NULL CHECK (kind IN ('earn', 'history', 'issue_reward', 'redeem', 'void', 'bonus', 'expire', 'adjust')),
  delta int NOT NULL,
  balance_after int NOT NULL CHECK (balance_after >= 0),
  rule_version int NOT NULL,
  account_id uuid,
  device_id uuid,
  branch_id uuid,
  occurred_at timestamptz NOT NULL,                               -- the visit: device time when plausible
  recorded_at timestamptz NOT NULL,                               -- the server's clock; runs forward along seq
  amount_centimos bigint CHECK (amount_centimos BETWEEN 0 AND 100000000),
  reward_id uuid,
  voids uuid,
  reason text CHECK (char_length(reason) <= 255),
  flags text[] NOT NULL DEFAULT '{}',                             -- clock_ahead, clock_behind, late, late_giver, override
  code_at timestamptz,                                            -- issue time of the rotating code that was shown
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, branch_id) REFERENCES branches (business_id, id),
  FOREIGN KEY (business_id, voids) REFERENCES stamp_events (business_id, id),
  CHECK (CASE kind
    WHEN 'earn' THEN delta > 0
    WHEN 'bonus' THEN delta > 0
    WHEN 'history' THEN delta = 0
    WHEN 'issue_reward' THEN delta <= 0 AND reward_id IS NOT NULL
    WHEN 'redeem' THEN delta = 0 AND reward_id IS NOT NULL
    WHEN 'void' THEN voids IS NOT NULL
    WHEN 'expire' THEN delta <= 0
    ELSE true END)
);
CREATE INDEX stamp_events_card ON stamp_events (business_id, card_id, seq);
CREATE INDEX stamp_events_account ON stamp_events (business_id, account_id, occurred_at);
CREATE INDEX stamp_events_voids ON stamp_events (business_id, voids) WHERE voids IS NOT NULL;
CREATE INDEX stamp_events_reward ON stamp_events (business_id, reward_id) WHERE reward_id IS NOT NULL;
CREATE INDEX stamp_events_device ON stamp_events (business_id, device_id) WHERE device_id IS NOT NULL;
CREATE INDEX stamp_events_branch ON stamp_events (business_id, branch_id) WHERE branch_id IS NOT NULL;

CREATE TABLE rewards (                                            -- earned; what was promised stands here, whatever the rules say later
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  card_id uuid NOT NULL,
  cycle int NOT NULL,
  threshold int NOT NULL CHECK (threshold >= 1),                  -- the step that gave it
  cost int NOT NULL CHECK (cost IN (0, threshold)),               -- what it took: nothing for an intermediate step
  title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
  rule_version int NOT NULL,
  caused_by uuid NOT NULL,                                        -- the stamp that reached the step
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id),
  FOREIGN KEY (business_id, caused_by) REFERENCES stamp_events (business_id, id)
);
-- With the cost: a step once given on the way may become the last one when the rules change, and gives its reward then too.
CREATE UNIQUE INDEX rewards_step ON rewards (business_id, card_id, cycle, threshold, cost) WHERE revoked_at IS NULL;
CREATE INDEX rewards_card ON rewards (business_id, card_id);
CREATE INDEX rewards_caused_by ON rewards (business_id, caused_by);
ALTER TABLE stamp_events ADD FOREIGN KEY (business_id, reward_id) REFERENCES rewards (business_id, id);

CREATE TABLE redemptions (                                        -- reserved for 90 s, then confirmed; or released, or voided later
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  reward_id uuid NOT NULL,
  reserved_by uuid NOT NULL,
  reserved_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  released_at timestamptz,                                        -- let go by staff, or found expired by the next reservation
  confirmed_by uuid,
  confirmed_at timestamptz,
  device_id uuid,
  branch_id uuid,
  voided_by uuid,
  voided_at timestamptz,
  void_reason text CHECK (char_length(void_reason) <= 255),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, reward_id) REFERENCES rewards (business_id, id),
  FOREIGN KEY (business_id, reserved_by) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, confirmed_by) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, voided_by) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, branch_id) REFERENCES branches (business_id, id),
  CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL)),
  CHECK (voided_at IS NULL OR confirmed_at IS NOT NULL),
  CHECK (released_at IS NULL OR confirmed_at IS NULL)
);
CREATE UNIQUE INDEX redemptions_once ON redemptions (business_id, reward_id) WHERE voided_at IS NULL AND released_at IS NULL;
CREATE INDEX redemptions_reward ON redemptions (business_id, reward_id);
CREATE INDEX redemptions_reserved_by ON redemptions (business_id, reserved_by);
CREATE INDEX redemptions_confirmed_by ON redemptions (business_id, confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX redemptions_voided_by ON redemptions (business_id, voided_by) WHERE voided_by IS NOT NULL;
CREATE INDEX redemptions_device ON redemptions (business_id, device_id) WHERE device_id IS NOT NULL;
CREATE INDEX redemptions_branch ON redemptions (business_id, branch_id) WHERE branch_id IS NOT NULL;

CREATE TABLE staff_days (                                         -- stamps a staff member gave on a day; locked after the card
  business_id uuid NOT NULL,
  account_id uuid NOT NULL,
  day date NOT NULL,
  stamps int NOT NULL CHECK (stamps >= 0),
  PRIMARY KEY (business_id, account_id, day),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id)
);

CREATE TABLE fraud_signals (
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('burst', 'many_cards', 'offline_skew')),
  account_id uuid NOT NULL,
  day date NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',                            -- counts and ids, never personal data
  recorded_at timestamptz NOT NULL DEFAULT app_now(),
  seen_at timestamptz,
  seen_by uuid,
  PRIMARY KEY (business_id, id),
  UNIQUE (business_id, kind, account_id, day),                    -- reactions commute and may run twice
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, seen_by) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX fraud_signals_account ON fraud_signals (business_id, account_id);
CREATE INDEX fraud_signals_seen_by ON fraud_signals (business_id, seen_by) WHERE seen_by IS NOT NULL;

-- ---------------------------------------------------------------- platform
CREATE TABLE events (                                             -- facts: written by the statement of the change, relayed by the worker
  id uuid PRIMARY KEY,
  business_id uuid NOT NULL REFERENCES businesses (id),
  kind text NOT NULL CHECK (kind ~ '^[A-Z][A-Za-z]+$'),
  payload jsonb NOT NULL,                                         -- ids, counts and times; never personal data
  recorded_at timestamptz NOT NULL DEFAULT app_now(),
  relayed_at timestamptz
);
CREATE INDEX events_waiting ON events (id) WHERE relayed_at IS NULL;
CREATE INDEX events_business ON events (business_id, recorded_at);

CREATE TABLE idempotency_keys (                                   -- which thing a key made; never a body
  business_id uuid NOT NULL REFERENCES businesses (id),
  key text NOT NULL CHECK (char_length(key) BETWEEN 8 AND 100),
  request_hash bytea NOT NULL,
  resource_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE job_attempts (                                       -- counted before the work, so a job that kills its worker is seen
  job_id bigint PRIMARY KEY,
  entrypoint text NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT app_now(),
  finished_at timestamptz,                                        -- null: it runs, or its worker died in it
  held_at timestamptz,
  last_error text CHECK (char_length(last_error) <= 500)
);
