"""Tills: enrolled once by an owner or by a code the owner made, then known by a credential of their own.

Owns the tables devices, device_credentials (one row a family, as sessions are people's) and device_codes.
"""

from sello.domains.business.devices.actions import check_till, enrol_till, renew_till

__all__ = ["check_till", "enrol_till", "renew_till"]
