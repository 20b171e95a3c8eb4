"""What a customer said to marketing: heard at the counter, read by the owner with its proof.

The customer's own word, on the card, comes through loyalty; all of them end in `customer.set_consent`.
"""
