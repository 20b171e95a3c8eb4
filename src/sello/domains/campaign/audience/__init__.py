"""Whom a campaign would reach before it starts, whom it leaves out and why; and why one customer got nothing.

Reads only. The same statements say who is meant as when plans are made.
"""
