"""The customer's own page of a card, opened by its link.

Reads only; a customer's word on marketing, given on the card, goes through the customer domain.
"""
