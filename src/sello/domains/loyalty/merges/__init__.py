"""Two cards of one person become one: paired entries in both ledgers, rewards issued again, links led on.

Writes the table card_merges (and the ledgers through `loyalty.queries.append_event`). A pending card that turns out to
be a known customer's is another matter: it holds nothing, see `enrollments`.
"""
