"""What the simulators of several adapters have in common: a small HTTP server and a ledger. Nothing real uses it."""
