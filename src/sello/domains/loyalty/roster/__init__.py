"""The customers a till keeps for when it has no signal. Reads only."""
