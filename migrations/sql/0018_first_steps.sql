-- The picture that a shop's stamps carry, and its card where there is no logo.
ALTER TABLE businesses ADD COLUMN picture text NOT NULL DEFAULT 'star' CHECK (picture IN ('moon', 'cup', 'meal', 'gift', 'star'));
-- First steps that leave no trace elsewhere, or that the owner does without: what the checklist of a new shop ticks off.
ALTER TABLE businesses ADD COLUMN setup_done text[] NOT NULL DEFAULT '{}' CHECK (setup_done <@ ARRAY['look', 'team', 'stamp', 'poster']);
