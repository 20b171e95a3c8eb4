"""The terms of the stamp card: a public page for every version of the reward rules that was ever in force.

Reads reward_rules. The rules are told by `wording`; around them stands a text of ours, which has versions too.
"""

from sello.domains.business.terms.actions import sign_of
from sello.domains.business.terms.rules import terms_address

__all__ = ["sign_of", "terms_address"]
