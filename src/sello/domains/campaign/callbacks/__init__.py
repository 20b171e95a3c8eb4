"""What the provider calls back about a message: signed, stored before it is understood, then applied, forward only."""
