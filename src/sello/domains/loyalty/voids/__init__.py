"""Undoing and voiding stamps: new entries that take back old ones, and the rewards those had given.

Writes rewards.revoked_at (and the ledger through `loyalty.queries.append_event`). Every void locks the card's row
first. Redemptions are taken back in `rewards`.
"""
