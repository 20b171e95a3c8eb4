-- Posters of several designs, a table tent beside each, and pictures that everybody may fetch (a card in Google's wallet
-- shows them). The release before goes on making posters of the first design and knows nothing of the other kinds.
ALTER TABLE businesses ADD COLUMN poster_design text NOT NULL DEFAULT 'band' CHECK (poster_design IN ('band', 'ring', 'card', 'paper'));

-- squawk-ignore ban-drop-constraint
ALTER TABLE files DROP CONSTRAINT files_kind_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE files ADD CONSTRAINT files_kind_check CHECK (kind IN ('logo', 'poster', 'tent', 'hero', 'emblem'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE files DROP CONSTRAINT files_name_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE files ADD CONSTRAINT files_name_check                 -- random or a digest: says nothing of anybody
  CHECK (name ~ '^([0-9a-f-]{36}|public)/[a-z]+-[0-9A-Z]{26}\.(png|pdf)$');

-- A few rows a shop, so the scans and locks below are short. One of each present at a time; of public pictures one of each name.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX files_present;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX files_present ON files (business_id, kind)
  WHERE stored_at IS NOT NULL AND removed_at IS NULL AND kind IN ('logo', 'poster', 'tent');
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX files_public ON files (business_id, name)
  WHERE kind IN ('hero', 'emblem') AND removed_at IS NULL AND deleted_at IS NULL;
