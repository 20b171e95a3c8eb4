"""Who a shop is before the law, and the sign it hangs over its public pages.

Owns the table legal_identities, whose versions are never changed: the privacy notice says who answered for people's
data at any time. A signboard is there for suspended and closed shops too, because what was promised stays readable.
"""

from sello.domains.business.identity.actions import Signboard, put_identity, signboard_of
from sello.domains.business.identity.rules import IdentityVersion, LegalIdentity, former_in_words, who_in_words

__all__ = [
    "IdentityVersion",
    "LegalIdentity",
    "Signboard",
    "former_in_words",
    "put_identity",
    "signboard_of",
    "who_in_words",
]
