"""Handing rewards over: reserved for 90 seconds, then confirmed once; or let go, or taken back with a reason.

Writes the table redemptions (and the ledger through `loyalty.queries.append_event`). Every change locks the card's
row first.
"""
