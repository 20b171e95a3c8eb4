"""Discount codes: one a message, used once at the counter and counted for that message.

Writes code_redemptions, and withdraws discount_codes.
"""
