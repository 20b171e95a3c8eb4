"""Cards in Google's Wallet: a class for each shop, an object for each card that its holder asked to save.

Google shows what it was given last, so every change is brought to it by a job; what is given is built from the ledger
at that moment, and built again until nothing has changed meanwhile. A person is told of one card at most three times in
24 hours; the third time is kept for a reward.
"""
