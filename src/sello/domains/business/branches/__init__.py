"""Places of a shop: opened, renamed, closed with their history, opened again.

Owns the table branches.
"""

from sello.domains.business.branches.actions import open_branch_of
from sello.domains.business.branches.queries import Branch, branches_of

__all__ = ["Branch", "branches_of", "open_branch_of"]
