"""Small things every layer may use: ids, the clock, errors, validation, authentication."""
