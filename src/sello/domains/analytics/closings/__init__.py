"""The end of a shop's day."""
