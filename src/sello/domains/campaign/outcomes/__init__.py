"""What became of a message: the answer to its one call, callbacks, the provider's list; states only move up."""
