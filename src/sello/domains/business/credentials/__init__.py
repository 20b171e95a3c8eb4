"""How a person proves who they are: password and second factor, and how often that may be tried.

Owns the table login_failures and the columns totp_* of accounts.
"""

from sello.domains.business.credentials.actions import (
    forget_failures,
    network_hash,
    new_sealed_secret,
    prove,
    prove_again,
)
from sello.domains.business.credentials.queries import Credentials
from sello.domains.business.credentials.rules import otpauth_uri

__all__ = ["Credentials", "forget_failures", "network_hash", "new_sealed_secret", "otpauth_uri", "prove", "prove_again"]
