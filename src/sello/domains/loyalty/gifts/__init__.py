"""What a customer gets without a purchase: a welcome when the card is confirmed, a reward on the birthday.

Writes the table gifts, whose key says that each is given once; the rewards are rewards like all others.
"""
