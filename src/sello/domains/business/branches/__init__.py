"""Places of a shop: opened, renamed, closed with their history, opened again.

Owns the table branches.
"""

from sello.domains.business.branches.actions import open_branch_of

__all__ = ["open_branch_of"]
