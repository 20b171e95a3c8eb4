"""What a shop owes its customers, and what new rules would mean for it. Reads only."""
