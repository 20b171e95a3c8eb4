"""What the simulators of several adapters have in common: a small HTTP server. No adapter, and nothing real uses it."""
