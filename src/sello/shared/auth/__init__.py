"""Who is asking: callers, access tokens, signed links and codes, passwords. The routes' side is `api.py`."""

from sello.shared.auth.callers import Caller, Claims, Means, Role, Scope
from sello.shared.auth.codes import SECONDS as CODE_SECONDS
from sello.shared.auth.codes import read_code, rotating_code
from sello.shared.auth.keys import Keys
from sello.shared.auth.links import read_link, sign_link
from sello.shared.auth.passwords import Passwords, check_new_password
from sello.shared.auth.tokens import TokenIssuer

__all__ = [
    "CODE_SECONDS",
    "Caller",
    "Claims",
    "Keys",
    "Means",
    "Passwords",
    "Role",
    "Scope",
    "TokenIssuer",
    "check_new_password",
    "read_code",
    "read_link",
    "rotating_code",
    "sign_link",
]
