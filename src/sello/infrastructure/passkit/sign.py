"""A pass as one file: its parts, the manifest with their SHA-1 (Apple's choice), the detached signature over it."""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs7

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
_OPTIONS: Final = [
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoCapabilities,
]

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that goes into many passes: its digests are made once."""

    data: bytes
    sha1: str
    crc: int

    @staticmethod
    def of(data: bytes) -> "Picture":
        """The picture with its digests."""
        return Picture(data, hashlib.sha1(data, usedforsecurity=False).hexdigest(), zlib.crc32(data))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs the passes of one type: certificate, key, and the intermediate that goes along."""

    pass_type_id: str
    team_id: str
    certificate: x509.Certificate
    key: PrivateKey
    intermediate: x509.Certificate

    def signature(self, manifest: bytes) -> bytes:
        """PKCS#7, detached, SHA-256, with the signing time; DER."""
        return (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(manifest)
            .add_signer(self.certificate, self.key, hashes.SHA256())
            .add_certificate(self.intermediate)
            .sign(serialization.Encoding.DER, _OPTIONS)
        )


def packed(signer: Signer, content: Mapping[str, Any], pictures: Mapping[str, Picture]) -> bytes:
    """The .pkpass: `content` as pass.json, the pictures under their names, signed. Half a millisecond."""
    parts = {"pass.json": Picture.of(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())}
    parts |= pictures
    manifest = json.dumps({name: part.sha1 for name, part in parts.items()}, separators=(",", ":")).encode()
    parts["manifest.json"] = Picture.of(manifest)
    parts["signature"] = Picture.of(signer.signature(manifest))
    return _zip(parts)


_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 20
_MIDNIGHT_OF_1980: Final = 0x21  # the first day a ZIP can say: nobody reads it, and equal parts make equal files


def _zip(parts: Mapping[str, Picture]) -> bytes:
    """The parts stored as they are: pictures are packed already, and the rest is smaller than a picture.

    Written out here because the digests are known: zipfile takes as long as the signature.
    """
    body, directory, offset = list[bytes](), list[bytes](), 0
    for name, part in parts.items():
        path, size = name.encode(), len(part.data)
        shared = (0, 0, 0, _MIDNIGHT_OF_1980, part.crc, size, size, len(path), 0)
        local = _LOCAL.pack(b"PK\x03\x04", _VERSION, *shared)
        body += [local, path, part.data]
        directory += [_CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *shared, 0, 0, 0, 0, offset), path]
        offset += len(local) + len(path) + size
    listed = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(listed), offset, 0)
    return b"".join((*body, listed, end))
