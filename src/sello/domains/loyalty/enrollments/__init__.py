"""How a card begins: handed out pending, confirmed or merged at the counter, or made at the till.

Writes the table cards (beside the ledger's entries, which move the balance); its customers through the front door of
the customer domain, in the same transaction. Locks: cards in the order of their ids, then customers likewise.
"""
