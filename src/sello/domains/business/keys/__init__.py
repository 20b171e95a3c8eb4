"""API keys: a shop's own till or programme, with scopes.

Owns the table api_keys. A key is a membership of its own (role machine) under the same id, so whatever names who did it
can name a key; it signs in nowhere.
"""

from sello.domains.business.keys.actions import LiveKeys, make_key

__all__ = ["LiveKeys", "make_key"]
