"""Customers who may be one person: guessed for the owner, who merges them (`merges`) or says that they are two.

Writes the table duplicate_dismissals.
"""
