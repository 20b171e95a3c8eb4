"""Codes of a quarter of an hour that enrol a till: made by an owner, shown or typed at the till, used once."""
