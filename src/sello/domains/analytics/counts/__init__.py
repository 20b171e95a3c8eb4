"""A customer's numbers, counted anew from the ledger whenever something happened to their card."""
