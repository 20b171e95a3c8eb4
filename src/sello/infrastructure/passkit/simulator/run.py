"""`sello simulator apple`: the process. Apple's address is TLS with a certificate of its own."""

import asyncio
import ipaddress
import os
import signal
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Final

import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sello.infrastructure.passkit.simulator.app import Simulator
from sello.infrastructure.passkit.simulator.faults import Switches
from sello.infrastructure.passkit.simulator.streams import Listening
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Listening as Door
from sello.shared import clock

CA_FILE: Final = "apns-ca.pem"
_SERVER_FILE: Final = "apns-server.pem"
_DAYS: Final = 365
_RENEWED_BEFORE: Final = timedelta(days=30)


def run(
    *,
    port: int,
    apns_port: int,
    folder: Path,
    root_file: Path,
    key_file: Path | None = None,
    key_id: str = "",
    team: str = "",
    switches: Switches | None = None,
) -> None:
    """Simulate until SIGTERM or Ctrl-C, on loopback alone; ledger, phones and certificates lie in `folder`.

    `root_file` is what the phones trust, and what certificates of whoever pushes must lead to; `key_file` the `.p8`
    that signed tokens are believed by.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = {key_id: _public(key_file)} if key_file is not None and key_id else {}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(port, apns_port, folder, root_file, keys, team, switches or Switches()))


async def _serve(
    port: int,
    apns_port: int,
    folder: Path,
    root_file: Path,
    keys: dict[str, ec.EllipticCurvePublicKey],
    team: str,
    switches: Switches,
) -> None:
    ledger = Ledger(folder)
    simulator = Simulator(folder, ledger, root_file=root_file, keys=keys, team=team, switches=switches)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    apns = Listening(simulator.service.handle, server_context(folder, root_file))
    door = Door(simulator.handle)
    await apns.start(apns_port)
    await door.start(port)
    await stop.wait()
    await door.close()
    await apns.close()
    await simulator.close()
    ledger.close()


def _public(key_file: Path) -> ec.EllipticCurvePublicKey:
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"sello: {key_file} is no key of Apple's push service")
    return key.public_key()


def server_context(folder: Path, root_file: Path) -> ssl.SSLContext:
    """Of Apple's address; certificates of whoever pushes must lead to `root_file`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    context.set_alpn_protocols(["h2"])
    context.verify_mode = ssl.CERT_OPTIONAL
    # Whoever pushes shows a pass type's certificate alone, as to Apple: what stands above it is known here.
    for file in (root_file, root_file.with_name("wwdr.pem")):
        if file.exists():
            context.load_verify_locations(file)
    return context


def _certificate(folder: Path) -> Path:
    """The server's certificate with its key; `apns-ca.pem` beside it is what vouches for it."""
    path = folder / _SERVER_FILE
    if path.exists():
        known = x509.load_pem_x509_certificate(path.read_bytes())
        if clock.now() < known.not_valid_after_utc - _RENEWED_BEFORE:
            return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sello: Apple's push service, played")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(hours=1))
        .not_valid_after(clock.now() + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    _write(path, public + secret)
    _write(folder / CA_FILE, public)
    return path


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
