"""Who works at a shop: invitations, roles, dismissals.

Owns the tables invitations and memberships (accounts writes a shop's first one). A change of role or a dismissal
counts the membership's version up, which ends the access tokens that carry the old one.
"""

from sello.domains.business.staff.actions import add_member
from sello.domains.business.staff.queries import Member
from sello.domains.business.staff.rules import StaffRole

__all__ = ["Member", "StaffRole", "add_member"]
