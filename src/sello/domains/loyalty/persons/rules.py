"""What stands in the place of an erased card's code and link. Pure."""

from sello.shared.auth import Keys
from sello.shared.ids import ALPHABET


def tombstone(keys: Keys, kind: str, code: str) -> str:
    """A code of the same form that only this installation can find from the old one, and nobody the old one from it.

    `kind` is `link` or `scan`. So whoever still holds the old code can be told that the card is gone.
    """
    mac = keys.mac(f"erased-{kind}", code.encode())
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in mac[: len(code)])
