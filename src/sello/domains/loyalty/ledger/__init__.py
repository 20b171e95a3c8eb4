"""Reading the ledger: a card's entries for people, and the proof that every derived number follows from them.

Writes nothing; `loyalty.queries.append_event` and `add_stamp_v1` do.
"""
