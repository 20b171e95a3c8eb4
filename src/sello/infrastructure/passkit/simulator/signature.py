"""A pass's signature as a phone checks it: detached, SHA-256, by a certificate of its type that leads to the root.

Only what PKCS #7 needs is read of its DER; anything else refuses the pass.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

_SEQUENCE, _SET, _OID, _ATTRIBUTES = 0x30, 0x31, 0x06, 0xA0
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_SIGNING_TIME: Final = bytes.fromhex("2a864886f70d010905")
_SHA256: Final = bytes.fromhex("608648016503040201")
PASS_TYPE: Final = x509.ObjectIdentifier("1.2.840.113635.100.6.1.16")


class Refusal(Exception):
    """A phone does not take this pass; the text says why, as its log would."""


@dataclass(frozen=True, slots=True)
class _Value:
    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list["_Value"]:
        return list(_values(self.content))


def check_signature(
    signature: bytes, manifest: bytes, *, root: x509.Certificate, pass_type_id: str, team_id: str, now: datetime
) -> None:
    """Refuses (Refusal) whatever is not signed for this pass type and team by somebody the root vouches for."""
    try:
        info = _signer(signature)
        certificates = pkcs7.load_der_pkcs7_certificates(signature)
    except (ValueError, IndexError) as error:
        raise Refusal(f"the signature cannot be read: {error}") from error
    signer = _certificate_of(info, certificates)
    _check_attributes(info, manifest, signer)
    _check_chain(signer, certificates, root, now)
    names = [name.value for name in signer.subject.get_attributes_for_oid(NameOID.USER_ID)]
    teams = [name.value for name in signer.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    if names != [pass_type_id]:
        raise Refusal(f"the certificate is for {names}, the pass says {pass_type_id}")
    if teams != [team_id]:
        raise Refusal(f"the certificate is of the team {teams}, the pass says {team_id}")
    try:
        signer.extensions.get_extension_for_oid(PASS_TYPE)
    except x509.ExtensionNotFound as error:
        raise Refusal("the certificate is none for passes") from error


def _signer(signature: bytes) -> list[_Value]:
    """The parts of the one SignerInfo."""
    [outer] = _values(signature)
    kind, wrapped = outer.parts()
    if (outer.tag, kind.tag, kind.content) != (_SEQUENCE, _OID, _SIGNED_DATA):
        raise ValueError("it is no signed data")
    [signed] = wrapped.parts()
    _, _, content, *rest = signed.parts()
    if [part.content for part in content.parts()] != [_DATA]:
        raise ValueError("it is not detached")
    infos = rest[-1]
    if infos.tag != _SET or len(infos.parts()) != 1:
        raise ValueError("there is not one signer")
    return infos.parts()[0].parts()


def _certificate_of(info: list[_Value], certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    issuer, serial = info[1].parts()
    number = int.from_bytes(serial.content, "big", signed=True)
    for certificate in certificates:
        if certificate.serial_number == number and certificate.issuer.public_bytes() == issuer.whole:
            return certificate
    raise Refusal("the signer's certificate is not in the signature")


def _check_attributes(info: list[_Value], manifest: bytes, signer: x509.Certificate) -> None:
    if info[2].parts()[0].content != _SHA256:
        raise Refusal("the digest is not SHA-256")
    if info[3].tag != _ATTRIBUTES:
        raise Refusal("the signature has no signed attributes")
    found = {part.parts()[0].content: part.parts()[1].parts()[0] for part in info[3].parts()}
    if found.get(_MESSAGE_DIGEST, _Value(0, b"", b"")).content != hashlib.sha256(manifest).digest():
        raise Refusal("the manifest is not what was signed")
    if _SIGNING_TIME not in found:
        raise Refusal("the signature says no time")
    text = bytes([_SET]) + info[3].whole[1:]
    key, value = signer.public_key(), info[5].content
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, text, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, text, ec.ECDSA(hashes.SHA256()))
        else:
            raise Refusal("the key is neither RSA nor of a curve")
    except InvalidSignature as error:
        raise Refusal("the signature does not hold") from error


def _check_chain(
    signer: x509.Certificate, certificates: Sequence[x509.Certificate], root: x509.Certificate, now: datetime
) -> None:
    current = signer
    for _ in range(4):
        if not current.not_valid_before_utc <= now <= current.not_valid_after_utc:
            raise Refusal(f"a certificate is out of its time: {current.subject.rfc4514_string()}")
        above = next((one for one in (root, *certificates) if one.subject == current.issuer), None)
        if above is None:
            raise Refusal("the chain has a gap")
        try:
            current.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise Refusal("the chain does not hold") from error
        if above == root:
            return
        current = above
    raise Refusal("the chain does not lead to the root")


def _values(data: bytes) -> Iterator[_Value]:
    """The values that stand one after the other in `data`; lengths must be exact and as short as DER wants them."""
    place = 0
    while place < len(data):
        begin, tag, length = place, data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("a length is not DER's")
            length, place = int.from_bytes(data[place : place + size], "big"), place + size
        if place + length > len(data):
            raise ValueError("a value is cut off")
        yield _Value(tag, data[place : place + length], data[begin : place + length])
        place += length
