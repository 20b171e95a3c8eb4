-- Whole shops in an archive: those that owners asked for, and where a shop came from that was imported.

CREATE TABLE archives (                                           -- asked for, made by a job, to be downloaded for some days
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT app_now(),
  tables_done int NOT NULL DEFAULT 0 CHECK (tables_done >= 0),
  rows_done bigint NOT NULL DEFAULT 0 CHECK (rows_done >= 0),
  name text CHECK (name ~ '^[0-9a-f-]{36}/archive-[0-9A-Z]{26}\.zip$'), -- given before the file is stored, so no file is unknown
  bytes bigint CHECK (bytes > 0),
  made_at timestamptz,                                            -- the moment of its snapshot; the storage has it
  expires_at timestamptz,                                         -- not handed out any more from here on
  failed_at timestamptz,                                          -- given up: ask again
  deleted_at timestamptz,                                         -- the storage has it no more
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, asked_by) REFERENCES memberships (business_id, account_id),
  CHECK (num_nulls(made_at, expires_at, bytes) IN (0, 3)),
  CHECK (made_at IS NULL OR (name IS NOT NULL AND failed_at IS NULL))
);
CREATE UNIQUE INDEX archives_running ON archives (business_id) WHERE made_at IS NULL AND failed_at IS NULL;
CREATE INDEX archives_asked_by ON archives (business_id, asked_by);
CREATE INDEX archives_kept ON archives (asked_at) WHERE deleted_at IS NULL;

CREATE TABLE arrivals (                                           -- a shop that was imported: what its archive said
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  made_at timestamptz NOT NULL,                                   -- the archive's; what was recorded up to here was told elsewhere
  entries bigint NOT NULL CHECK (entries >= 0),                   -- of the ledger, in the archive
  arrived_at timestamptz NOT NULL DEFAULT app_now()
);

-- An archive is read table by table, and some references lead forward: an importer puts their check off to its end.
-- Whoever does not ask for it sees no difference.
ALTER TABLE customers ALTER CONSTRAINT customers_business_id_merged_into_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE cards ALTER CONSTRAINT cards_business_id_merged_into_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE stamp_events ALTER CONSTRAINT stamp_events_business_id_voids_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE stamp_events ALTER CONSTRAINT stamp_events_business_id_reward_id_fkey DEFERRABLE INITIALLY IMMEDIATE;

GRANT SELECT, INSERT, UPDATE ON archives TO sello_app;
GRANT SELECT, DELETE ON archives TO sello_platform;               -- retention
GRANT SELECT, INSERT ON arrivals TO sello_platform;
GRANT SELECT ON archives, arrivals TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['archives', 'arrivals'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
