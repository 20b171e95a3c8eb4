"""A .pkpass as the strictest phone would read it: what it does not know, or would drop in silence, refuses the pass."""

import hashlib
import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from sello.infrastructure.passkit.simulator.content import PassJson, check_content
from sello.infrastructure.passkit.simulator.signature import Refusal, check_signature

_MOST: Final = 4_000_000
_FILES: Final = 60
_IMAGES: Final = {"icon": (29, 29), "logo": (160, 50), "strip": (375, 144), "thumbnail": (90, 90)}
_IMAGE: Final = re.compile(r"(?:([a-z]{2}(?:-[A-Z]{2})?)\.lproj/)?(icon|logo|strip|thumbnail)(?:@([23])x)?\.png")
_STRINGS: Final = re.compile(r"([a-z]{2}(?:-[A-Z]{2})?)\.lproj/pass\.strings")
_STRING: Final = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"\s*;')
_EXACT: Final = frozenset({"icon", "strip"})


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that holds: what stands on it, its pictures, its words by language."""

    content: PassJson
    raw: dict[str, Any]
    files: dict[str, bytes]
    strings: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same pass: a newer one takes the place of an older one."""
        return self.content.pass_type_identifier, self.content.serial_number

    def picture(self, name: str) -> bytes | None:
        """The sharpest of a picture."""
        for scale in ("@3x", "@2x", ""):
            if (found := self.files.get(f"{name}{scale}.png")) is not None:
                return found
        return None

    def said(self, text: str, language: str) -> str:
        """A text in the phone's language."""
        return self.strings.get(language, {}).get(text, text)


def read_pass(data: bytes, *, root: x509.Certificate, now: datetime) -> Pass:
    """Read a pass, or refuse it (Refusal) with the reason."""
    files = _unpack(data)
    for name in ("pass.json", "manifest.json", "signature"):
        if name not in files:
            raise Refusal(f"{name} is missing")
    _check_manifest(files)
    try:
        raw = msgspec.json.decode(files["pass.json"], type=dict[str, Any])
        content = msgspec.convert(raw, PassJson)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Refusal(f"pass.json: {error}") from error
    check_content(content)
    _check_address(content)
    check_signature(
        files["signature"],
        files["manifest.json"],
        root=root,
        pass_type_id=content.pass_type_identifier,
        team_id=content.team_identifier,
        now=now,
    )
    return Pass(content, raw, files, _check_files(files))


def _unpack(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _FILES or sum(entry.file_size for entry in entries) > _MOST:
                raise Refusal("it is too big")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise Refusal("a file is in it twice")
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, OSError, struct.error) as error:
        raise Refusal(f"it is no zip: {error}") from error


def _check_manifest(files: dict[str, bytes]) -> None:
    try:
        manifest = msgspec.json.decode(files["manifest.json"], type=dict[str, str])
    except msgspec.DecodeError as error:
        raise Refusal(f"manifest.json: {error}") from error
    listed = files.keys() - {"manifest.json", "signature"}
    if manifest.keys() != listed:
        raise Refusal(f"the manifest and the files differ: {sorted(manifest.keys() ^ listed)}")
    for name, digest in manifest.items():
        if hashlib.sha1(files[name], usedforsecurity=False).hexdigest() != digest:
            raise Refusal(f"{name} is not what the manifest says")


def _check_files(files: dict[str, bytes]) -> dict[str, dict[str, str]]:
    strings: dict[str, dict[str, str]] = {}
    for name, content in files.items():
        if name in ("pass.json", "manifest.json", "signature"):
            continue
        if (found := _STRINGS.fullmatch(name)) is not None:
            strings[found[1]] = _strings(name, content)
        elif (found := _IMAGE.fullmatch(name)) is not None:
            _check_picture(name, content, found[2], int(found[3] or 1))
        else:
            raise Refusal(f"{name} is nothing a pass may hold")
    for name in ("icon.png", "icon@2x.png"):
        if name not in files:
            raise Refusal(f"{name} is missing")
    return strings


def _check_picture(name: str, content: bytes, kind: str, scale: int) -> None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise Refusal(f"{name} is no PNG")
    width, height = struct.unpack(">II", content[16:24])
    most = tuple(scale * side for side in _IMAGES[kind])
    if ((width, height) != most) if kind in _EXACT else (width > most[0] or height > most[1]):
        raise Refusal(f"{name} is {width}x{height}, not {most[0]}x{most[1]}")


def _strings(name: str, content: bytes) -> dict[str, str]:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(f"{name} is neither UTF-8 nor UTF-16") from error
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found, place = {}, 0
    while match := _STRING.match(text, place):
        found[_plain(match[1])], place = _plain(match[2]), match.end()
    if text[place:].strip():
        raise Refusal(f"{name} cannot be read from {text[place : place + 30]!r} on")
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text)


def _check_address(content: PassJson) -> None:
    if content.web_service_url is None:
        return
    parts = urlsplit(content.web_service_url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise Refusal("webServiceURL is not https")
    if content.authentication_token is None or len(content.authentication_token) < 16:
        raise Refusal("authenticationToken must be at least 16 characters.")
