"""Google Wallet and the phones behind it, for development and tests: a process of its own with a ledger of its own.

It speaks the part of the REST API that sello uses, refuses what Google's published discovery document does not know,
reviews classes, counts what a person is told, fetches pictures as Google does, and has a page that saves a card and one
that shows it. It shares no code with the client.
"""
