-- Tills with a credential of their own, PINs on a shared one, API keys.

-- One row a family of credentials: like `sessions` of people, with a generation and no secret (decision 2).
CREATE TABLE device_credentials (
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  device_id uuid NOT NULL,
  generation int NOT NULL DEFAULT 1 CHECK (generation >= 1),
  created_at timestamptz NOT NULL DEFAULT app_now(),
  rotated_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  recoveries int NOT NULL DEFAULT 0 CHECK (recoveries >= 0),      -- answers lost for longer than a moment, within a day ...
  recovered_at timestamptz,                                       -- ... that ends a day after this
  revoked_at timestamptz,
  revoked_why text CHECK (revoked_why IN ('revoked', 'replaced', 'reuse')),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
);
CREATE UNIQUE INDEX device_credentials_id ON device_credentials (id); -- a till that shows its credential names no shop
CREATE UNIQUE INDEX device_credentials_alive ON device_credentials (business_id, device_id) WHERE revoked_at IS NULL;
CREATE INDEX device_credentials_device ON device_credentials (business_id, device_id);

-- What an owner makes so that a till can be enrolled without a password on it. Of the code only a keyed hash is kept.
CREATE TABLE device_codes (
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  branch_id uuid,
  replaces uuid,                                                  -- a till that gets a new credential instead
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  used_by uuid,                                                   -- the till that was enrolled with it ...
  client_id uuid,                                                 -- ... by a machine that called itself so, and may ask again
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, branch_id) REFERENCES branches (business_id, id),
  FOREIGN KEY (business_id, replaces) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, used_by) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, created_by) REFERENCES memberships (business_id, account_id),
  CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE UNIQUE INDEX device_codes_hash ON device_codes (code_hash);
CREATE INDEX device_codes_branch ON device_codes (business_id, branch_id) WHERE branch_id IS NOT NULL;
CREATE INDEX device_codes_replaces ON device_codes (business_id, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX device_codes_used_by ON device_codes (business_id, used_by) WHERE used_by IS NOT NULL;
CREATE INDEX device_codes_by ON device_codes (business_id, created_by);
CREATE INDEX device_codes_over ON device_codes (expires_at);

CREATE TABLE device_sign_ins (                                    -- append-only: who stood at which till; a queue is judged by it
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  device_id uuid NOT NULL,
  account_id uuid NOT NULL,
  means text NOT NULL CHECK (means IN ('password', 'pin')),
  recorded_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX device_sign_ins_device ON device_sign_ins (business_id, device_id, account_id);
CREATE INDEX device_sign_ins_account ON device_sign_ins (business_id, account_id);

-- Of a PIN an HMAC under DATA_KEY is kept: there are so few PINs that any hash without a key could be turned around.
CREATE TABLE pins (
  business_id uuid NOT NULL,
  account_id uuid NOT NULL,
  salt bytea CHECK (octet_length(salt) = 16),
  mac bytea CHECK (octet_length(mac) = 32),
  set_at timestamptz NOT NULL DEFAULT app_now(),
  cleared_at timestamptz,                                         -- taken away: nothing of it is left
  PRIMARY KEY (business_id, account_id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  CHECK (num_nulls(salt, mac) = CASE WHEN cleared_at IS NULL THEN 0 ELSE 2 END)
);

CREATE TABLE pin_tries (                                          -- wrong ones in a row, of one member on one till
  business_id uuid NOT NULL,
  device_id uuid NOT NULL,
  account_id uuid NOT NULL,
  tries int NOT NULL CHECK (tries >= 1),
  last_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, device_id, account_id),
  FOREIGN KEY (business_id, device_id) REFERENCES devices (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id)
);
CREATE INDEX pin_tries_account ON pin_tries (business_id, account_id);
CREATE INDEX pin_tries_age ON pin_tries (last_at);

-- A key acts as a membership of its own (role machine, the same id), so that every row which names who did it can name
-- a key, and a key has its cap, its day and its end like anybody at the counter.
CREATE TABLE api_keys (
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  prefix text NOT NULL CHECK (prefix ~ '^[0-9A-Za-z]{8}$'),       -- shown in lists; finds the row
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32), -- SHA-256 of 32 random characters
  scopes text[] NOT NULL CHECK (cardinality(scopes) >= 1),
  created_by uuid,                                                -- null: by a platform admin, whom the audit log names
  created_at timestamptz NOT NULL DEFAULT app_now(),
  expires_at timestamptz,
  used_at timestamptz,                                            -- to the minute
  revoked_at timestamptz,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, id) REFERENCES memberships (business_id, account_id),
  FOREIGN KEY (business_id, created_by) REFERENCES memberships (business_id, account_id)
);
CREATE UNIQUE INDEX api_keys_prefix ON api_keys (prefix);
CREATE INDEX api_keys_by ON api_keys (business_id, created_by) WHERE created_by IS NOT NULL;

GRANT SELECT ON device_credentials, device_sign_ins, api_keys TO sello_app;
GRANT SELECT (business_id, account_id, set_at, cleared_at) ON pins TO sello_app;
GRANT INSERT ON device_credentials, device_codes TO sello_app;
GRANT UPDATE (revoked_at, revoked_why) ON device_credentials TO sello_app;
GRANT INSERT, UPDATE ON pins TO sello_app;
GRANT INSERT, UPDATE (revoked_at) ON api_keys TO sello_app;
GRANT SELECT, INSERT, UPDATE ON device_credentials, device_codes, pin_tries TO sello_platform;
GRANT SELECT, UPDATE (used_at) ON api_keys TO sello_platform;
GRANT SELECT, INSERT ON device_sign_ins TO sello_platform;
GRANT SELECT, UPDATE (set_at) ON pins TO sello_platform;            -- UPDATE, to hold a row while somebody signs in
GRANT SELECT, INSERT, UPDATE ON devices TO sello_platform;
GRANT DELETE ON device_credentials, device_codes, pin_tries, api_keys TO sello_platform; -- retention
GRANT SELECT ON device_credentials, device_codes, device_sign_ins, pin_tries, api_keys TO sello_laws;
GRANT SELECT (business_id, account_id, set_at, cleared_at) ON pins TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['device_credentials', 'device_codes', 'device_sign_ins', 'pins', 'pin_tries', 'api_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
