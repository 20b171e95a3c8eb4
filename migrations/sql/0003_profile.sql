-- A shop's own look: two colours, files in the storage, posters, and every address it ever had.

ALTER TABLE businesses ADD COLUMN colour_light text CHECK (colour_light ~ '^#[0-9a-f]{6}$'); -- null: ours
ALTER TABLE businesses ADD COLUMN colour_dark text CHECK (colour_dark ~ '^#[0-9a-f]{6}$');

CREATE TABLE files (                                              -- the row stands before the object, so no object is unknown
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('logo', 'poster')),
  name text NOT NULL CHECK (name ~ '^[0-9a-f-]{36}/[a-z]+-[0-9A-Z]{26}\.(png|pdf)$'), -- random: says nothing of anybody
  content_type text NOT NULL CHECK (content_type IN ('image/png', 'application/pdf')),
  bytes bigint NOT NULL CHECK (bytes > 0),
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  created_at timestamptz NOT NULL DEFAULT app_now(),
  stored_at timestamptz,                                          -- the storage has it
  removed_at timestamptz,                                         -- another took its place, or nobody wants it
  deleted_at timestamptz,                                         -- the storage has it no more
  PRIMARY KEY (business_id, id),
  CHECK (removed_at IS NULL OR stored_at IS NOT NULL)
);
CREATE UNIQUE INDEX files_present ON files (business_id, kind) WHERE stored_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX files_over ON files (created_at) WHERE deleted_at IS NULL AND (stored_at IS NULL OR removed_at IS NOT NULL);

CREATE TABLE posters (                                            -- kept for good: what a customer saw before they agreed
  business_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL CHECK (code ~ '^[0-9A-Z]{6}$'),              -- ?p= of the printed link, poster_id of the consent
  file_id uuid NOT NULL,
  fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32), -- of everything shown: the same shop makes no second poster
  shown jsonb NOT NULL,
  made_at timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, file_id) REFERENCES files (business_id, id)
);
CREATE UNIQUE INDEX posters_code ON posters (business_id, code);
CREATE INDEX posters_file ON posters (business_id, file_id);

-- Every address of every shop, former ones too: printed posters go on leading to their shop and to no other.
CREATE TABLE slugs (
  business_id uuid NOT NULL REFERENCES businesses (id),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$'),
  since timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, slug)
);

GRANT SELECT, INSERT ON files, posters, slugs TO sello_app;
GRANT UPDATE ON files TO sello_app;
GRANT SELECT ON files TO sello_platform;
GRANT SELECT, INSERT ON slugs TO sello_platform;
GRANT SELECT ON files, posters, slugs TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['files', 'posters', 'slugs'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;

-- Whoever names a shop keeps its address for it. Another shop's address, present or former, is a unique_violation.
CREATE FUNCTION keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO slugs (business_id, slug) VALUES (NEW.id, NEW.slug) ON CONFLICT (business_id, slug) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_slug AFTER INSERT OR UPDATE OF slug ON businesses FOR EACH ROW EXECUTE FUNCTION keep_slug();

-- After the policies and the trigger: shops of the release before, and those it makes meanwhile.
INSERT INTO slugs (business_id, slug, since) SELECT id, slug, created_at FROM businesses ON CONFLICT DO NOTHING;
