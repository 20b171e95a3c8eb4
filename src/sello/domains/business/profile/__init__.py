"""How a shop presents itself: name, address, language, zone, two colours, logo.

Writes the tables businesses and slugs (its former addresses, which stay its own). The logo is a file of `files`.
"""

from sello.domains.business.profile.actions import change_profile, logo_link, put_logo
from sello.domains.business.profile.queries import profile_of
from sello.domains.business.profile.rules import Colours, Profile

__all__ = ["Colours", "Profile", "change_profile", "logo_link", "profile_of", "put_logo"]
