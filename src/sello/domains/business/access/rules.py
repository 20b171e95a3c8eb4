"""Which endpoints are open to a till, a key and somebody with a PIN. Pure."""

from sello.shared.auth import Claims
from sello.shared.auth.api import Opening
from sello.shared.errors import Refused


def check_opening(opening: Opening, claims: Claims) -> None:
    """Refuses forbidden to a till and to a key where the endpoint did not open to them, scope_missing to a key."""
    if claims.means == "device" and not opening.device:
        raise Refused("forbidden")
    if claims.means == "key":
        if opening.scope is None:
            raise Refused("forbidden")
        if opening.scope not in claims.scopes:
            raise Refused("scope_missing", scope=opening.scope)
