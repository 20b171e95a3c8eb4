"""Names as people write them and as a search reads them."""

import unicodedata


def fold(name: str) -> str:
    """The name for accent-blind search: lower case, no marks, single spaces (`  Ñuño  PÉREZ` -> `nuno perez`)."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def first_name(name: str) -> str:
    """The first word of a name: what a counter's screen may show."""
    return name.split(maxsplit=1)[0] if name.split() else name
