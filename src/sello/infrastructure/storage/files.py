"""What a storage offers, and how files are named."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, Protocol

from sello.shared.ids import ALPHABET, BusinessId, random_code

StoredKind = Literal["logo", "poster", "tent", "archive"]
PublicKind = Literal["hero", "emblem"]
Encryption = Literal["AES256", "aws:kms"]  # of S3: by its own keys, or by those of its key service

_ENDINGS: Final[dict[StoredKind, str]] = {"logo": "png", "poster": "pdf", "tent": "pdf", "archive": "zip"}
_CONTENT_TYPES: Final = {
    "png": "image/png",
    "pdf": "application/pdf",
    "json": "application/json",
    "zip": "application/zip",
}
_NAME: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[a-z]+-[0-9A-Z]{26}\.(?:png|pdf|zip)", re.ASCII)
_PUBLIC_NAME: Final = re.compile(r"public/[a-z]+-[0-9A-Z]{26}\.png", re.ASCII)
_RANDOM: Final = 26  # characters of 5 bits


@dataclass(frozen=True, slots=True)
class Link:
    """An address that opens one file until a moment."""

    url: str
    expires_at: datetime


class Storage(Protocol):
    """Keeps files by name. Every method raises Unavailable when the storage is away."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file; the same name again replaces it."""
        ...

    async def put_file(self, name: str, path: Path) -> None:
        """Keep a file of any size, read from the disk in parts."""
        ...

    async def get(self, name: str) -> bytes | None:
        """The file, or None."""
        ...

    async def chunks(self, name: str) -> AsyncIterator[bytes] | None:
        """The file in parts, or None."""
        ...

    async def head(self, name: str) -> int | None:
        """How many bytes the file has, or None."""
        ...

    async def delete(self, name: str) -> None:
        """Let a file go; one that is not there is gone already."""
        ...

    async def names(self, folder: str) -> list[str]:
        """The names of every file in a folder and its folders, in no order."""
        ...

    async def link(self, name: str, *, lifetime: timedelta) -> Link:
        """An address for whoever holds it; it works for `lifetime`, at most 7 days. Asks nobody."""
        ...


def new_name(business_id: BusinessId, kind: StoredKind) -> str:
    """`{shop}/logo-{26 random characters}.png`: in the shop's folder, never given twice."""
    return f"{business_id}/{kind}-{random_code(_RANDOM)}.{_ENDINGS[kind]}"


def name_of(business_id: BusinessId, kind: StoredKind, digest: bytes) -> str:
    """The same kind of name, made of a digest: whoever stores the same thing again overwrites it."""
    return f"{business_id}/{kind}-{_code_of(digest)}.{_ENDINGS[kind]}"


def public_name_of(kind: PublicKind, digest: bytes) -> str:
    """The name of a picture that everybody may see, made of a digest of all that is drawn: it never gets other content.

    It lies in no shop's folder and says of no shop whose it is.
    """
    return f"public/{kind}-{_code_of(digest)}.png"


def _code_of(digest: bytes) -> str:
    number = int.from_bytes(digest)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(_RANDOM))


def is_name(text: str) -> bool:
    """Whether this is a name as `new_name` makes them."""
    return _NAME.fullmatch(text) is not None


def is_public_name(text: str) -> bool:
    """Whether this is a name as `public_name_of` makes them: the one kind that is served without a signature."""
    return _PUBLIC_NAME.fullmatch(text) is not None


def content_type_of(name: str) -> str:
    """The media type of a file."""
    return _CONTENT_TYPES[name.rpartition(".")[2]]


def disposition_of(name: str) -> str:
    """Whether a browser shows a file or keeps it."""
    return 'attachment; filename="sello.zip"' if name.endswith(".zip") else "inline"
