-- A shop's files that were sent over HTTP are worked off one after the other: the next is taken once the one before has ended.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX imports_one_at_a_time ON imports (business_id) WHERE ended_at IS NULL AND source = 'api';
