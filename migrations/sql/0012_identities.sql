-- Who a shop is before the law: what its privacy notice names (Ley 29733). A change is a new version, so that the notice can tell
-- who answered for people's data at any time.
CREATE TABLE legal_identities (
  business_id uuid NOT NULL REFERENCES businesses (id),
  version integer NOT NULL CHECK (version >= 1),
  legal_name text NOT NULL CHECK (char_length(legal_name) BETWEEN 1 AND 255),
  ruc text CHECK (ruc ~ '^(10|15|16|17|20)[0-9]{9}$'),             -- null: not registered as a taxpayer yet
  address text NOT NULL CHECK (char_length(address) BETWEEN 1 AND 255),
  email text CHECK (char_length(email) <= 254),                    -- where requests may be sent besides the counter
  since timestamptz NOT NULL DEFAULT app_now(),
  PRIMARY KEY (business_id, version)
);

GRANT SELECT, INSERT ON legal_identities TO sello_app;
GRANT SELECT ON legal_identities TO sello_platform;
GRANT SELECT ON legal_identities TO sello_laws;

ALTER TABLE legal_identities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON legal_identities TO sello_app USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY platform ON legal_identities TO sello_platform USING (true) WITH CHECK (true);
CREATE POLICY migrations ON legal_identities TO sello_owner USING (true) WITH CHECK (true);
CREATE POLICY laws ON legal_identities FOR SELECT TO sello_laws USING (true);
