"""Who did what to a shop, and why: rows that are never changed.

Owns the table audit_log. Others write with `write_audit` (under a tenant) or `write_audit_as_platform` (in a
platform transaction); the owner reads it over HTTP. Rows carry ids and counts, never personal data.
"""

from sello.domains.business.audit.queries import write_audit, write_audit_as_platform
from sello.domains.business.audit.rules import Action

__all__ = ["Action", "write_audit", "write_audit_as_platform"]
