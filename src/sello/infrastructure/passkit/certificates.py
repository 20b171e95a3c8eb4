"""Which pass types this installation may sign, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from sello.infrastructure.passkit.authority import Authority
from sello.infrastructure.passkit.sign import PrivateKey, Signer

DEFAULT_PASS_TYPE: Final = "pass.pe.sello.cards"
DEFAULT_TEAM: Final = "SELLO00DEV"
WWDR_UNIT: Final = "G4"  # the one intermediate that signs pass certificates since 2022


class CertificateWrong(ValueError):
    """Files that do not go together; the text is one sentence for whoever installs them."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A pass type that can be signed, and when its certificate ends."""

    pass_type_id: str
    not_after: datetime
    development: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Apple's files: the platform's certificate and key, the intermediate, a folder with those of shops."""

    certificate: Path
    key: Path
    intermediate: Path
    folder: Path | None = None


class Certificates:
    """Signers by pass type id. Without files of Apple's, a development authority makes whatever is asked for."""

    def __init__(self, home: Path, *, pass_type_id: str, team_id: str, installed: Installed | None = None) -> None:
        """`home`: where the development authority keeps its files. Raises CertificateWrong."""
        self.default_pass_type_id = pass_type_id
        self.team_id = team_id
        self.development = installed is None
        self._authority = Authority(home, team_id=team_id)
        self._pems = _installed(installed, pass_type_id) if installed else {}
        self._intermediate = _certificate_in(installed.intermediate) if installed else None
        self._signers: dict[str, Signer] = {}
        for known in self._pems:
            self._load(known)

    def certificates(self) -> Sequence[Certificate]:
        """Those that are installed, or were made so far; the platform's first."""
        self.signer(self.default_pass_type_id)
        found = (
            Certificate(name, signer.certificate.not_valid_after_utc, self.development)
            for name, signer in self._signers.items()
        )
        return sorted(found, key=lambda one: (one.pass_type_id != self.default_pass_type_id, one.pass_type_id))

    def signer(self, pass_type_id: str) -> Signer | None:
        """Who signs this pass type; None when its certificate is not installed."""
        found = self._signers.get(pass_type_id)
        if found is None and self.development:
            found = self._load(pass_type_id)
        return found

    def pem(self, pass_type_id: str) -> bytes | None:
        """Certificate and key as PEM, for whoever shows them to Apple's push service."""
        return self._pems.get(pass_type_id) if self.signer(pass_type_id) else None

    def _load(self, pass_type_id: str) -> Signer:
        if self.development:
            self._pems[pass_type_id] = self._authority.pem_of(pass_type_id)
        if self._intermediate is None:
            self._intermediate = self._authority.intermediate()
        certificate, key = _pair(self._pems[pass_type_id], pass_type_id)
        if certificate.issuer != self._intermediate.subject:
            raise CertificateWrong(f"the certificate of {pass_type_id} was not signed by APPLE_WWDR_CERT")
        if _of_name(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) != self.team_id:
            raise CertificateWrong(f"the certificate of {pass_type_id} is not of the team {self.team_id}")
        signer = Signer(pass_type_id, self.team_id, certificate, key, self._intermediate)
        self._signers[pass_type_id] = signer
        return signer


def _installed(files: Installed, pass_type_id: str) -> dict[str, bytes]:
    """PEM texts by the pass type id that their certificates name."""
    ours = _text(files.certificate) + b"\n" + _text(files.key)
    found = {pass_type_id: ours}
    for path in sorted(files.folder.glob("*.pem")) if files.folder else ():
        pem = _text(path)
        found[_of_name(_certificate_of(pem, path.name), NameOID.USER_ID) or path.stem] = pem
    return found


def _pair(pem: bytes, pass_type_id: str) -> tuple[x509.Certificate, PrivateKey]:
    certificate = _certificate_of(pem, pass_type_id)
    named = _of_name(certificate, NameOID.USER_ID)
    if named != pass_type_id:
        raise CertificateWrong(f"the certificate for {pass_type_id} is of {named}")
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise CertificateWrong(f"the key of {pass_type_id} is not a PEM key without a password") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CertificateWrong(f"the key of {pass_type_id} does not belong to its certificate")
    return certificate, key


def _certificate_of(pem: bytes, name: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise CertificateWrong(f"{name} is not a certificate in PEM") from error


def _certificate_in(path: Path) -> x509.Certificate:
    """From PEM, or DER as Apple hands its own out."""
    data = _text(path)
    try:
        found = x509.load_der_x509_certificate(data) if data.startswith(b"\x30") else _certificate_of(data, path.name)
    except ValueError as error:
        raise CertificateWrong(f"{path.name} is not a certificate") from error
    if _of_name(found, NameOID.ORGANIZATIONAL_UNIT_NAME) != WWDR_UNIT:
        raise CertificateWrong(f"{path.name} is not Apple's intermediate {WWDR_UNIT}")
    return found


def _of_name(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str | None:
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value) if values else None


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateWrong(f"{path} cannot be read") from error
