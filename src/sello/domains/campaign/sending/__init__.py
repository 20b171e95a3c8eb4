"""Sending: claim a few messages of one shop, call once for each, write down the answer. Never twice, whatever dies."""
