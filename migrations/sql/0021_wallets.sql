-- Cards in the phone: passes of Apple and Google, the phones that show them, what became of every change.
-- A pass's content is never kept: it is built from the ledger when somebody asks for it. What is kept is which change was
-- noted for it, and what it last showed.

ALTER TABLE businesses ADD COLUMN apple_pass_type_id text         -- null: the platform's
  CHECK (apple_pass_type_id ~ '^pass\.[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$' AND char_length(apple_pass_type_id) <= 155);
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX businesses_pass_type ON businesses (apple_pass_type_id) WHERE apple_pass_type_id IS NOT NULL;

-- Where a branch is, as its owner says: a card comes up on the lock screen of whoever is near.
ALTER TABLE branches ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180);
-- A handful of rows a shop, and both columns are new: the scan is short.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE branches ADD CONSTRAINT branches_place CHECK ((latitude IS NULL) = (longitude IS NULL));

CREATE TABLE wallet_passes (                                      -- one a card and wallet; serial and token never change
  business_id uuid NOT NULL REFERENCES businesses (id),
  id uuid NOT NULL,
  card_id uuid NOT NULL,                                          -- of a merged card: shows the one that it leads to
  kind text NOT NULL CHECK (kind IN ('apple', 'google')),
  serial text NOT NULL CHECK (serial ~ '^[0-9A-Z]{26}$'),         -- 130 random bits; related to no other id
  pass_type_id text CHECK (char_length(pass_type_id) <= 155),     -- Apple's, as it was at the first issue
  token_sealed bytea,                                             -- Apple's authenticationToken; Google's has none
  locale text NOT NULL DEFAULT 'es' CHECK (locale IN ('es', 'en')),
  tag bigint NOT NULL DEFAULT 0 CHECK (tag >= 0),                 -- of its last change, by wallet_tags; 0: none since it was issued
  changed_at timestamptz NOT NULL DEFAULT app_now(),
  noted_seq int NOT NULL CHECK (noted_seq >= 0),                  -- the card's entry that the last change was noted for
  shown_seq int CHECK (shown_seq >= 0),                           -- what the phone, or Google, last got
  shown_at timestamptz,
  patched_tag bigint NOT NULL DEFAULT 0 CHECK (patched_tag >= 0), -- Google: the last change it took; a smaller one than tag is owed
  saved_at timestamptz,                                           -- Google: somebody keeps it
  events int NOT NULL DEFAULT 0 CHECK (events >= 0),              -- how many were written for it so far
  issued_at timestamptz NOT NULL DEFAULT app_now(),
  voided_at timestamptz,                                          -- its person was erased, or the shop has closed
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, card_id) REFERENCES cards (business_id, id),
  CHECK ((kind = 'apple') = (pass_type_id IS NOT NULL)),
  CHECK (CASE kind WHEN 'apple' THEN token_sealed IS NOT NULL OR voided_at IS NOT NULL ELSE token_sealed IS NULL END),
  CHECK ((shown_seq IS NULL) = (shown_at IS NULL))
);
CREATE UNIQUE INDEX wallet_passes_card ON wallet_passes (business_id, card_id, kind);
CREATE UNIQUE INDEX wallet_passes_serial ON wallet_passes (serial); -- phones name it before the tenant is known
CREATE INDEX wallet_passes_voided ON wallet_passes (voided_at) WHERE voided_at IS NOT NULL;

CREATE TABLE wallet_devices (                                     -- a phone, as Apple names it to us: across shops, of no tenant
  id uuid PRIMARY KEY,
  device_id text NOT NULL CHECK (char_length(device_id) BETWEEN 1 AND 128), -- Apple's deviceLibraryIdentifier
  pass_type_id text NOT NULL CHECK (char_length(pass_type_id) <= 155),
  push_token_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT app_now(),
  seen_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE UNIQUE INDEX wallet_devices_device ON wallet_devices (device_id, pass_type_id);
CREATE INDEX wallet_devices_seen ON wallet_devices (seen_at);

CREATE TABLE wallet_registrations (                               -- which phones want to hear of which pass, at most 20 each
  business_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  device uuid NOT NULL REFERENCES wallet_devices (id),
  registered_at timestamptz NOT NULL DEFAULT app_now(),           -- the last time: an answer about an older one does not count
  pushed_tag bigint NOT NULL DEFAULT 0 CHECK (pushed_tag >= 0),   -- the last change it was told of; a smaller one than the pass's tag is owed
  PRIMARY KEY (business_id, pass_id, device),
  FOREIGN KEY (business_id, pass_id) REFERENCES wallet_passes (business_id, id)
);
CREATE INDEX wallet_registrations_device ON wallet_registrations (device);

CREATE TABLE wallet_events (                                      -- the last 200 of a pass: a ring, so that nobody can fill it up
  business_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 199),          -- number % 200
  number int NOT NULL CHECK (number >= 1),                        -- their order
  kind text NOT NULL CHECK (kind IN ('issued', 'registered', 'unregistered', 'noted', 'pushed', 'push_failed', 'listed', 'fetched', 'logged',
    'saved', 'patched', 'notified', 'failed', 'voided')),
  at timestamptz NOT NULL DEFAULT app_now(),
  details jsonb NOT NULL DEFAULT '{}' CHECK (char_length(details::text) <= 2000), -- counts, codes and the phone's own words
  PRIMARY KEY (business_id, pass_id, slot),
  FOREIGN KEY (business_id, pass_id) REFERENCES wallet_passes (business_id, id)
);
CREATE INDEX wallet_events_at ON wallet_events (at);

CREATE TABLE google_classes (                                     -- Google's class of a shop: what it last took
  business_id uuid PRIMARY KEY REFERENCES businesses (id),
  digest bytea NOT NULL,
  put_at timestamptz NOT NULL DEFAULT app_now()
);

-- ---------------------------------------------------------------- of the platform: a phone asks for a pass type, not for a shop
-- Whoever takes a tag holds its row until the end of the transaction, so tags become visible in their order, and a phone that
-- was told the highest one has missed none. A sequence would not do: its numbers commit out of order. Taken last: others wait.
CREATE TABLE wallet_tags (
  pass_type_id text PRIMARY KEY CHECK (char_length(pass_type_id) <= 155),
  last bigint NOT NULL CHECK (last >= 1)
);

CREATE TABLE wallet_logs (                                        -- what phones say is wrong and names no pass of ours
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT app_now(),
  message text NOT NULL CHECK (char_length(message) <= 1000)
);
CREATE INDEX wallet_logs_at ON wallet_logs (at);

-- ---------------------------------------------------------------- grants and walls
-- What may be written is what some statement writes: a test compares. Phones ask before the tenant is known, and tags are the
-- platform's: what both write is the platform's.
GRANT SELECT ON wallet_passes, wallet_registrations, wallet_events, google_classes TO sello_app;
GRANT INSERT, UPDATE (locale, shown_seq, shown_at, patched_tag, saved_at, events, voided_at) ON wallet_passes TO sello_app;
GRANT INSERT, UPDATE (number, kind, at, details) ON wallet_events TO sello_app;
GRANT INSERT, UPDATE (digest, put_at) ON google_classes TO sello_app;
GRANT SELECT ON wallet_passes, wallet_registrations, wallet_events, wallet_devices, wallet_tags, wallet_logs TO sello_platform;
GRANT INSERT, UPDATE (last) ON wallet_tags TO sello_platform;
GRANT UPDATE (tag, changed_at, noted_seq, shown_seq, shown_at, patched_tag, saved_at, events, voided_at, token_sealed) ON wallet_passes TO sello_platform;
GRANT INSERT, UPDATE (push_token_sealed, seen_at), DELETE ON wallet_devices TO sello_platform;
GRANT INSERT, UPDATE (registered_at, pushed_tag), DELETE ON wallet_registrations TO sello_platform;
GRANT INSERT, UPDATE (number, kind, at, details), DELETE ON wallet_events TO sello_platform;
GRANT INSERT, DELETE ON wallet_logs TO sello_platform;
GRANT SELECT ON wallet_passes, wallet_devices, wallet_registrations, wallet_events, google_classes, wallet_tags, wallet_logs TO sello_laws;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['wallet_passes', 'wallet_registrations', 'wallet_events', 'google_classes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business())', t);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t);
  END LOOP;
END $$;
