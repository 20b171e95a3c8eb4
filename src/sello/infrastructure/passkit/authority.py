"""A development authority with the shapes of Apple's: a root, an intermediate like WWDR G4, a certificate a pass type.

Made in a folder on the first use, each file once whoever comes first. No phone trusts it; our simulated one does.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from sello.shared import clock

PASS_TYPE: Final = ObjectIdentifier("1.2.840.113635.100.6.1.16")  # the pass type id, in every certificate of a pass
_PASS_SIGNING: Final = ObjectIdentifier("1.2.840.113635.100.4.14")
_WWDR: Final = ObjectIdentifier("1.2.840.113635.100.6.2.1")
_NULL: Final = b"\x05\x00"
_BITS: Final = 2048
_LONG: Final = timedelta(days=3650)
_YEAR: Final = timedelta(days=365)
_RENEWED: Final = timedelta(days=90)  # before its end: a development certificate never runs out on anybody


class Authority:
    """The certificates of one folder: `root.pem` is what to trust, `wwdr.pem` what goes along."""

    def __init__(self, folder: Path, *, team_id: str) -> None:
        self._folder = folder
        self._team_id = team_id

    def intermediate(self) -> x509.Certificate:
        """The certificate that signs those of passes."""
        with self._locked():
            return self._intermediate()[0]

    def pem_of(self, pass_type_id: str) -> bytes:
        """Certificate and key of a pass type, made when there are none, and anew 90 days before the end."""
        path = self._folder / f"{pass_type_id}.pem"
        with self._locked():
            if path.exists():
                pem = path.read_bytes()
                if x509.load_pem_x509_certificate(pem).not_valid_after_utc - clock.now() > _RENEWED:
                    return pem
            issuer, issuer_key = self._intermediate()
            key = _new_key()
            certificate = _certificate(
                _pass_name(pass_type_id, self._team_id),
                key.public_key(),
                issuer.subject,
                issuer_key,
                lasts=_YEAR,
                extensions=(
                    (x509.BasicConstraints(ca=False, path_length=None), True),
                    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, _PASS_SIGNING]), False),
                    (x509.UnrecognizedExtension(PASS_TYPE, _utf8(pass_type_id)), False),
                ),
            )
            return _keep(path, certificate, key)

    def _intermediate(self) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        path = self._folder / "wwdr.key"
        if path.exists():
            return _read(path.read_bytes())
        root, root_key = self._root()
        key = _new_key()
        certificate = _certificate(
            _authority_name("Worldwide Developer Relations (sello development)", "G4"),
            key.public_key(),
            root.subject,
            root_key,
            lasts=_LONG,
            extensions=(
                (x509.BasicConstraints(ca=True, path_length=0), True),
                (x509.UnrecognizedExtension(_WWDR, _NULL), False),
            ),
        )
        _write(self._folder / "wwdr.pem", certificate.public_bytes(serialization.Encoding.PEM))
        _keep(path, certificate, key)
        return certificate, key

    def _root(self) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        path = self._folder / "root.key"
        if path.exists():
            return _read(path.read_bytes())
        key = _new_key()
        name = _authority_name("Root CA (sello development)", "Certification Authority")
        certificate = _certificate(
            name,
            key.public_key(),
            name,
            key,
            lasts=_LONG,
            extensions=((x509.BasicConstraints(ca=True, path_length=None), True),),
        )
        _write(self._folder / "root.pem", certificate.public_bytes(serialization.Encoding.PEM))
        _keep(path, certificate, key)
        return certificate, key

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Processes that start at once make one authority, not several."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _authority_name(common: str, unit: str) -> x509.Name:
    return _name((NameOID.COMMON_NAME, common), (NameOID.ORGANIZATIONAL_UNIT_NAME, unit))


def _pass_name(pass_type_id: str, team_id: str) -> x509.Name:
    return _name(
        (NameOID.USER_ID, pass_type_id),
        (NameOID.COMMON_NAME, f"Pass Type ID: {pass_type_id}"[:64]),  # X.520: no longer than that
        (NameOID.ORGANIZATIONAL_UNIT_NAME, team_id),
    )


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    ours = ((NameOID.ORGANIZATION_NAME, "sello"), (NameOID.COUNTRY_NAME, "PE"))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in (*parts, *ours)])


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPublicKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    *,
    lasts: timedelta,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...],
) -> x509.Certificate:
    now: datetime = clock.now()
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=lasts == _LONG, crl_sign=lasts == _LONG, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + lasts)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


def _utf8(text: str) -> bytes:
    """The text as ASN.1's UTF8String."""
    raw = text.encode()
    size = bytes([len(raw)]) if len(raw) < 128 else bytes([0x81, len(raw)])
    return b"\x0c" + size + raw


def _read(pem: bytes) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101  # we wrote it
    return x509.load_pem_x509_certificate(pem), key


def _keep(path: Path, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, pem)
    return pem


def _write(path: Path, content: bytes) -> None:
    """All or nothing, for our eyes only."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
