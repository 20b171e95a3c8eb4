"""Odd patterns in the giving of stamps, kept as records for the owner to judge; nobody is blocked by them.

Owns the table fraud_signals: one row for a kind, a person and a day.
"""
