"""What a campaign did: its messages counted, and whether people came because of it. Reads alone."""
