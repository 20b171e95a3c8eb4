-- A reward that a merged card gave, now gone, stands for a step of the surviving card's round.
ALTER TABLE rewards
  ADD COLUMN counts_on uuid,                                      -- the card whose round has had this step by it
  ADD COLUMN counts_in int,                                       -- that round
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT rewards_count_elsewhere CHECK (num_nulls(counts_on, counts_in) <> 1 AND counts_on <> card_id),
  -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
  ADD CONSTRAINT rewards_counts_on_fkey FOREIGN KEY (business_id, counts_on) REFERENCES cards (business_id, id);
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX rewards_counts_on ON rewards (business_id, counts_on, counts_in, threshold) WHERE counts_on IS NOT NULL;
