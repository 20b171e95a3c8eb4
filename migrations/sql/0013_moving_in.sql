-- Moving in: visits of the time before, where an import stands, and what was wrong with its lines.

ALTER TABLE cards ADD COLUMN history_at timestamptz;              -- latest imported visit that gave no stamp; rules never ask for it

CREATE TABLE import_salts (                                       -- a row a shop: ids of imported visits are made with it
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  salt bytea NOT NULL CHECK (octet_length(salt) = 32),
  created_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE imports (                                            -- a file that was brought along; its people stand in it until it is worked off
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customers', 'visits')),
  source text NOT NULL CHECK (source IN ('terminal', 'api')),
  dry_run boolean NOT NULL,
  count_stamps boolean NOT NULL,
  skip_bad boolean NOT NULL,
  account_id uuid,                                                -- null: the terminal, or a platform admin, whom the audit log names
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  file bytea,                                                     -- goes with the end of the work, after a day at the latest
  created_at timestamptz NOT NULL DEFAULT app_now(),
  started_at timestamptz,
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('done', 'refused', 'expired')), -- refused: bad lines, so nothing was imported
  lines int NOT NULL DEFAULT 0 CHECK (lines >= 0),                -- good and bad ones; 0 until the file was read
  bad_lines int NOT NULL DEFAULT 0 CHECK (bad_lines BETWEEN 0 AND lines),
  done_lines int NOT NULL DEFAULT 0 CHECK (done_lines BETWEEN 0 AND lines), -- worked off: written or known before
  new_customers int NOT NULL DEFAULT 0 CHECK (new_customers >= 0),
  new_entries int NOT NULL DEFAULT 0 CHECK (new_entries >= 0),    -- visits, or paper cards
  new_stamps int NOT NULL DEFAULT 0 CHECK (new_stamps >= 0),
  new_rewards int NOT NULL DEFAULT 0 CHECK (new_rewards >= 0),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, account_id) REFERENCES memberships (business_id, account_id),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX imports_account ON imports (business_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX imports_open ON imports (created_at) WHERE ended_at IS NULL;

CREATE TABLE import_problems (                                    -- the first thousand of an import, for a week
  business_id uuid NOT NULL,
  import_id uuid NOT NULL,
  number int NOT NULL CHECK (number >= 1),                        -- along the file
  line int NOT NULL,
  code text NOT NULL CHECK (code ~ '^[a-z_]{3,40}$'),
  field text CHECK (char_length(field) <= 40),                    -- the column, by its canonical name
  found text CHECK (char_length(found) <= 60),                    -- the beginning of the cell; gone when anybody of the shop is erased
  facts jsonb NOT NULL DEFAULT '{}',                              -- counts and names of columns
  created_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, import_id, number),
  FOREIGN KEY (business_id, import_id) REFERENCES imports (business_id, id)
);
CREATE INDEX import_problems_age ON import_problems (created_at);

GRANT SELECT, INSERT ON import_salts, imports, import_problems TO sello_app;
GRANT UPDATE ON imports, import_problems TO sello_app;
GRANT SELECT (business_id, id, created_at, file, ended_at), UPDATE (file, ended_at, outcome) ON imports TO sello_platform;
GRANT SELECT, DELETE ON import_problems TO sello_platform;
GRANT SELECT ON import_salts, imports, import_problems TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['import_salts', 'imports', 'import_problems'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
