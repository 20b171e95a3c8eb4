"""Certificates that go together, and what is said of those that do not; signatures that openssl believes."""

import subprocess
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from fastapi import FastAPI

from sello.domains.loyalty.passes.jobs import watch_certificates
from sello.entry.settings import Settings, load
from sello.infrastructure.mail.client import FileMailer
from sello.infrastructure.passkit import (
    DEFAULT_PASS_TYPE,
    DEFAULT_TEAM,
    Certificates,
    CertificateWrong,
    Installed,
    Picture,
    packed,
    seal,
    unseal,
)
from sello.infrastructure.passkit.authority import PASS_TYPE
from sello.shared import clock
from sello.shared.auth import Keys
from tests.domains.business.services import services_of
from tests.support.passes import leaf_of, verified
from tests.support.shop import Shop

_APPLE = {"apple_signer_cert", "apple_signer_key", "apple_wwdr_cert"}
OTHER = "pass.pe.luna.own"


def certificates(folder: Path, **changes: Any) -> Certificates:
    """Those of a folder."""
    values: dict[str, Any] = {"pass_type_id": DEFAULT_PASS_TYPE, "team_id": DEFAULT_TEAM} | changes
    return Certificates(folder, **values)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A development authority with two pass types: the files that Apple would have handed out."""
    folder = tmp_path_factory.mktemp("apple")
    found = certificates(folder)
    assert found.signer(OTHER) is not None
    assert [one.pass_type_id for one in found.certificates()] == [DEFAULT_PASS_TYPE, OTHER]
    return folder


def installed(made: Path, **changes: Any) -> Installed:
    """The files of a folder as an operator names them."""
    both = made / f"{DEFAULT_PASS_TYPE}.pem"
    values: dict[str, Any] = {"certificate": both, "key": both, "intermediate": made / "wwdr.pem"} | changes
    return Installed(**values)


def test_certificates_have_apples_shapes(made: Path) -> None:
    pem = (made / f"{OTHER}.pem").read_bytes()
    leaf, wwdr = x509.load_pem_x509_certificate(pem), x509.load_pem_x509_certificate((made / "wwdr.pem").read_bytes())
    named = {one.oid.dotted_string: one.value for one in leaf.subject}
    assert named["0.9.2342.19200300.100.1.1"] == OTHER
    assert (named["2.5.4.11"], named["2.5.4.3"]) == (DEFAULT_TEAM, f"Pass Type ID: {OTHER}")
    value = leaf.extensions.get_extension_for_oid(PASS_TYPE).value
    assert isinstance(value, x509.UnrecognizedExtension)
    assert value.value == b"\x0c" + bytes([len(OTHER)]) + OTHER.encode()
    assert leaf.issuer == wwdr.subject
    assert wwdr.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == "G4"
    assert leaf.not_valid_after_utc - clock.now() < timedelta(days=366)
    assert {path.stat().st_mode & 0o77 for path in made.iterdir()} == {0}


def test_a_signature_is_detached_and_holds_for_its_manifest_alone(made: Path, tmp_path: Path) -> None:
    signer = certificates(made).signer(DEFAULT_PASS_TYPE)
    assert signer is not None
    pass_ = packed(signer, {"a": "ñ"}, {"icon.png": Picture.of(b"icon")})
    with zipfile.ZipFile(BytesIO(pass_)) as archive:
        manifest, signature = archive.read("manifest.json"), archive.read("signature")
        assert archive.read("pass.json") == '{"a":"ñ"}'.encode()
    assert manifest not in signature
    assert leaf_of(signature) == signer.certificate
    assert verified(manifest, signature, tmp_path, root=made / "root.pem") == ""
    assert verified(manifest + b" ", signature, tmp_path, root=made / "root.pem") != ""
    (elsewhere := tmp_path / "elsewhere").mkdir()
    certificates(elsewhere).signer(DEFAULT_PASS_TYPE)
    assert verified(manifest, signature, tmp_path, root=elsewhere / "root.pem") != ""
    said = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", tmp_path / "signature"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "sha256" in said
    assert "signingTime" in said


def test_whoever_starts_at_once_makes_one_authority(tmp_path: Path) -> None:
    """Each opens the lock anew, as processes do."""
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: certificates(tmp_path / "apple").signer(DEFAULT_PASS_TYPE), range(3)))
    assert len({one.certificate.serial_number for one in found if one}) == 1
    assert None not in found


def test_apples_files_are_taken_as_they_come(made: Path, tmp_path: Path) -> None:
    der = tmp_path / "AppleWWDRCAG4.cer"
    der.write_bytes(x509.load_pem_x509_certificate((made / "wwdr.pem").read_bytes()).public_bytes(Encoding.DER))
    (shops := tmp_path / "shops").mkdir()
    (shops / "luna.pem").write_bytes((made / f"{OTHER}.pem").read_bytes())
    found = certificates(tmp_path / "unused", installed=installed(made, intermediate=der, folder=shops))
    assert [(one.pass_type_id, one.development) for one in found.certificates()] == [
        (DEFAULT_PASS_TYPE, False), (OTHER, False),
    ]  # fmt: skip
    assert found.signer("pass.pe.nobody") is None
    assert found.pem("pass.pe.nobody") is None
    pem = found.pem(OTHER)
    assert pem is not None
    assert load_pem_private_key(pem, None) is not None
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"certificate": "nowhere.pem"}, "nowhere.pem cannot be read"),
        ({"intermediate": "root.pem"}, "root.pem is not Apple's intermediate G4"),
        ({"intermediate": "lock"}, "lock is not a certificate"),
        ({"certificate": f"{OTHER}.pem"}, f"the certificate for {DEFAULT_PASS_TYPE} is of {OTHER}"),
        ({"certificate": "root.pem", "key": "root.key"}, f"the certificate for {DEFAULT_PASS_TYPE} is of None"),
    ],
)
def test_files_that_do_not_go_together_are_named(made: Path, changes: dict[str, str], said: str) -> None:
    files = {name: made / file for name, file in changes.items()}
    with pytest.raises(CertificateWrong, match=said.replace(".", r"\.")):
        certificates(made, installed=installed(made, **files))


def test_a_key_a_team_and_an_authority_have_to_fit(made: Path, tmp_path: Path) -> None:
    pem = (made / f"{DEFAULT_PASS_TYPE}.pem").read_bytes()
    only = tmp_path / "certificate.pem"
    only.write_bytes(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.PEM))
    for wrong, said in ((made / "root.key", "does not belong"), (made / "wwdr.pem", "is not a PEM key")):
        with pytest.raises(CertificateWrong, match=said):
            certificates(made, installed=installed(made, certificate=only, key=wrong))
    with pytest.raises(CertificateWrong, match="not of the team"):
        certificates(made, installed=installed(made), team_id="OTHERTEAM1")
    certificates(tmp_path / "other").signer(DEFAULT_PASS_TYPE)
    root = x509.load_pem_x509_certificate((tmp_path / "other" / "wwdr.pem").read_bytes())
    assert root.subject == x509.load_pem_x509_certificate((made / "wwdr.pem").read_bytes()).subject


def test_settings_say_what_is_wrong_with_certificates(
    made: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    given: dict[str, Any] = settings.model_dump() | {"sello_home": made.parent}
    for changes, said in (
        ({"apple_signer_cert": made / "root.pem"}, "go together"),
        ({"apple_signers_dir": made}, "APPLE_SIGNERS_DIR needs"),
        (
            dict.fromkeys(_APPLE, made / "root.pem"),
            "Apple's certificates: root.pem is not Apple's intermediate G4",
        ),
    ):
        with pytest.raises(SystemExit):
            load(**(given | changes))
        assert said in capsys.readouterr().err
    both = made / f"{DEFAULT_PASS_TYPE}.pem"
    files: dict[str, Any] = {
        "apple_signer_cert": both, "apple_signer_key": both, "apple_wwdr_cert": made / "wwdr.pem",
    }  # fmt: skip
    real = Settings(**(given | files))
    assert not real.passkit.development
    public: dict[str, Any] = {"public_base_url": "https://sello.example"}
    assert settings.apple_wallet_on
    assert Settings(**(given | public | files)).apple_wallet_on
    assert not Settings(**(given | public)).apple_wallet_on


@pytest.fixture
def in_days() -> Iterator[Any]:
    """Moves the clock, and puts it back."""
    yield lambda days: clock.shift(timedelta(days=days))
    clock.shift(timedelta(0))


async def test_the_platform_is_told_before_a_certificate_ends(
    made: Path,
    app: FastAPI,
    settings: Settings,
    shop: Shop,
    tmp_path: Path,
    in_days: Any,
    request: pytest.FixtureRequest,
) -> None:
    """F36: at 60, 30 and 7 days and on each day after; a development certificate renews itself."""
    with shop.connect() as connection:
        connection.execute("INSERT INTO platform_admins (account_id) VALUES (%s)", (shop.rosa.account_id,))
    request.addfinalizer(lambda: _no_admin(shop))
    services = replace(
        services_of(app, settings), mailer=FileMailer(tmp_path), passkit=certificates(made, installed=installed(made))
    )
    outbox, told = tmp_path / "outbox.jsonl", []
    for days in (300, 304, 320, 334, 350, 357, 358, 364):
        in_days(days)
        earlier = outbox.read_text().count("certificate-") if outbox.exists() else 0
        await watch_certificates(services, {})
        await watch_certificates(services, {})
        later = outbox.read_text().count("certificate-") if outbox.exists() else 0
        told.append(later > earlier)
    assert told == [False, True, False, True, False, True, True, True]
    in_days(340)
    renewed = certificates(made)
    assert renewed.certificates()[0].not_after - clock.now() > timedelta(days=90)
    before = outbox.read_text()
    await watch_certificates(replace(services, passkit=renewed), {})
    assert outbox.read_text() == before


def _no_admin(shop: Shop) -> None:
    with shop.connect() as connection:
        connection.execute("DELETE FROM platform_admins WHERE account_id = %s", (shop.rosa.account_id,))


def test_what_is_sealed_opens_for_its_purpose_and_its_installation() -> None:
    keys, others = Keys(b"k" * 32, data=b"d" * 32), Keys(b"k" * 32, data=b"e" * 32)
    sealed = seal(keys, "push-token", "secret")
    assert b"secret" not in sealed
    assert seal(keys, "push-token", "secret") != sealed
    assert unseal(keys, "push-token", sealed) == "secret"
    assert unseal(keys, "pass-token", sealed) is None
    assert unseal(others, "push-token", sealed) is None
    assert unseal(keys, "push-token", b"short") is None
    with pytest.raises(ValueError, match="DATA_KEY"):
        seal(Keys(b"k" * 32), "push-token", "secret")
