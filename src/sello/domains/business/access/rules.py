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


def check_person(opening: Opening, claims: Claims) -> None:
    """An endpoint of an account: refuses pin_not_enough to a PIN where it did not open to one."""
    check_member(claims)
    if claims.means == "key":
        raise Refused("forbidden")
    if claims.means == "pin" and not opening.pin:
        raise Refused("pin_not_enough")


def check_member(claims: Claims) -> None:
    """An endpoint of people: whoever opened it to tills too reads the claims itself. Refuses forbidden to a till."""
    if claims.means == "device":
        raise Refused("forbidden")
