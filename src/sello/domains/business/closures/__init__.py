"""When a shop stops: suspended by the platform, or closed by its owner. Nothing is ever deleted for it.

Owns the columns suspended_at and closed_at of businesses. What stops and what goes on is a table in docs/shops.md.
"""
