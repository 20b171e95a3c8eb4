"""Stamps that an owner adds or takes by hand, each time with a reason: paired with nothing, told to everybody.

Writes the ledger through `loyalty.queries.append_event`, and rewards as stamps and voids do. Locks the card first.
"""
