"""Pushes against Apple's service, played: over TLS and HTTP/2, with a key and with certificates, and its refusals."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sello.infrastructure.passkit import Barred, Busy, Certificates, Delivered, Gone, PushKey, PushOutcome
from sello.infrastructure.passkit.outcomes import outcome_of
from sello.infrastructure.passkit.push import ApplePush
from sello.infrastructure.passkit.simulator import run
from sello.infrastructure.passkit.simulator.faults import Chance, Fate, Fault, Switches
from sello.infrastructure.passkit.simulator.service import Address, PushService
from sello.infrastructure.passkit.simulator.streams import Listening
from sello.infrastructure.playing.ledger import Ledger
from sello.shared import clock

TOPIC, OTHER, TEAM, KEY_ID = "pass.pe.sello.cards", "pass.pe.luna", "SELLO00DEV", "ABCDE12345"
TOKEN = "a" * 64


@dataclass
class Apple:
    """A service with one phone's token, and ways to push to it."""

    service: PushService
    server: Listening
    url: str
    ca_file: Path
    certificates: Certificates
    told: list[tuple[str, str]]
    ledger: Ledger

    def by_certificate(self) -> ApplePush:
        return ApplePush(self.url, ca_file=self.ca_file, certificates=self.certificates.pem)

    def by_key(self, pem: str) -> ApplePush:
        return ApplePush(self.url, ca_file=self.ca_file, key=PushKey(pem, KEY_ID, TEAM))

    def fail(self, fault: Fault, share: float = 1.0, slow_ms: int = 5000) -> None:
        self.service.fate = Fate(Switches(faults=(Chance(fault, share),), slow_ms=slow_ms))


@pytest.fixture(scope="module")
def key() -> str:
    """A key as Apple hands it out."""
    made = ec.generate_private_key(ec.SECP256R1())
    text = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the development authority lies."""
    return tmp_path_factory.mktemp("apple")


@pytest.fixture(scope="module")
def certificates(home: Path) -> Certificates:
    """Its certificates: RSA keys take their time."""
    made = Certificates(home, pass_type_id=TOPIC, team_id=TEAM)
    made.signer(TOPIC)
    return made


@pytest.fixture
async def apple(home: Path, certificates: Certificates, key: str, tmp_path: Path) -> AsyncIterator[Apple]:
    """Apple, played in this process."""
    async with played(home, certificates, key, tmp_path) as apple:
        yield apple


@asynccontextmanager
async def played(home: Path, certificates: Certificates, key: str, folder: Path) -> AsyncIterator[Apple]:
    told: list[tuple[str, str]] = []
    ledger = Ledger(folder)
    private = serialization.load_pem_private_key(key.encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    service = PushService(
        ledger, keys={KEY_ID: private.public_key()}, team=TEAM, switches=Switches(),
        tell=lambda topic, token: told.append((topic, token)),
    )  # fmt: skip
    service.addresses[TOKEN] = Address(TOPIC)
    server = Listening(service.handle, run.server_context(folder, home / "root.pem"))
    port = await server.start()
    yield Apple(service, server, f"https://127.0.0.1:{port}", folder / run.CA_FILE, certificates, told, ledger)
    await server.close()
    ledger.close()


@asynccontextmanager
async def pushing(push: ApplePush) -> AsyncIterator[ApplePush]:
    try:
        yield push
    finally:
        await push.close()


@pytest.fixture
def moved() -> Iterator[None]:
    """The clock is put back."""
    yield
    clock.shift(timedelta(0))


async def test_a_push_reaches_the_phone_by_certificate_and_by_key_over_one_connection(apple: Apple, key: str) -> None:
    for way in (apple.by_certificate(), apple.by_key(key)):
        before = apple.server.connections
        async with pushing(way) as push:
            outcomes = await asyncio.gather(*(push.push(topic=TOPIC, token=TOKEN) for _ in range(60)))
        assert set(outcomes) == {Delivered()}
        assert apple.server.connections - before == 1
    assert apple.told == [(TOPIC, TOKEN)] * 120


async def test_each_pass_type_shows_its_own_certificate(apple: Apple) -> None:
    apple.service.addresses["b" * 64] = Address(OTHER)
    async with pushing(apple.by_certificate()) as push:
        assert await push.push(topic=OTHER, token="b" * 64) == Delivered()
        assert await push.push(topic=TOPIC, token=TOKEN) == Delivered()
        assert await push.push(topic=TOPIC, token="b" * 64) == Gone("DeviceTokenNotForTopic")
    strange = ApplePush(apple.url, ca_file=apple.ca_file, certificates=lambda _: apple.certificates.pem(OTHER))
    async with pushing(strange) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == Barred("TopicDisallowed", 400)
    async with pushing(ApplePush(apple.url, ca_file=apple.ca_file)) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == Barred("certificate_missing")


async def test_a_token_that_is_gone_says_since_when(apple: Apple) -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    apple.service.addresses[TOKEN].gone_at = at.timestamp()
    async with pushing(apple.by_certificate()) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == Gone("Unregistered", at)
        assert await push.push(topic=TOPIC, token="c" * 64) == Gone("BadDeviceToken")
        assert await push.push(topic=TOPIC, token="../3/device/x") == Barred("token_malformed")
    assert [line["reason"] for line in apple.ledger.lines()] == ["Unregistered", "BadDeviceToken"]


async def test_the_key_is_signed_with_once_in_forty_minutes(apple: Apple, key: str, moved: None) -> None:
    async with pushing(apple.by_key(key)) as push:
        for minutes in (0, 1, 39, 41, 79, 82, 121):  # Apple refuses one older than 60, or changed within 20
            clock.shift(timedelta(minutes=minutes))
            assert await push.push(topic=TOPIC, token=TOKEN) == Delivered(), minutes
        # A clock that jumped: it is too old for Apple, and made anew at once.
        clock.shift(timedelta(minutes=121 + 39))
        apple.fail("ExpiredProviderToken")
        assert await push.push(topic=TOPIC, token=TOKEN) == Barred("ExpiredProviderToken", 403)
        apple.service.fate = Fate(Switches())
        assert await push.push(topic=TOPIC, token=TOKEN) == Delivered()
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    async with pushing(apple.by_key(other.decode())) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == Barred("InvalidProviderToken", 403)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("TooManyRequests", Busy("TooManyRequests", 429)),
        ("TooManyProviderTokenUpdates", Busy("TooManyProviderTokenUpdates", 429)),
        ("InternalServerError", Busy("InternalServerError", 500)),
        ("ServiceUnavailable", Busy("ServiceUnavailable", 503)),
        ("Shutdown", Busy("Shutdown", 503)),
        ("html", Busy("http_502", 502)),
        ("BadCertificate", Barred("BadCertificate", 403)),
        ("TopicDisallowed", Barred("TopicDisallowed", 400)),
        ("reset", Busy("connection_lost")),
        ("goaway", Busy("connection_lost")),
    ],
)
async def test_each_answer_is_understood(apple: Apple, fault: Fault, expected: PushOutcome) -> None:
    apple.fail(fault)
    async with pushing(apple.by_certificate()) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == expected
        assert apple.told == []
        apple.service.fate = Fate(Switches())
        assert await push.push(topic=TOPIC, token=TOKEN) == Delivered()


async def test_a_connection_that_apple_ends_now_and_then_loses_no_push(apple: Apple) -> None:
    async with pushing(apple.by_certificate()) as push:
        for _ in range(5):
            assert await push.push(topic=TOPIC, token=TOKEN) == Delivered()
            await apple.server.hang_up()
    assert len(apple.told) == 5


async def test_nobody_waits_for_apple_where_apple_does_not_answer(apple: Apple) -> None:
    await apple.server.close()
    async with pushing(apple.by_certificate()) as push:
        outcomes = [await push.push(topic=TOPIC, token=TOKEN) for _ in range(10)]
    assert outcomes[:3] == [Busy("unreachable")] * 3
    assert outcomes[4:] == [Busy("resting")] * 6


async def test_an_address_that_nobody_vouches_for_is_not_pushed_to(apple: Apple) -> None:
    async with pushing(ApplePush(apple.url, certificates=apple.certificates.pem)) as push:
        assert await push.push(topic=TOPIC, token=TOKEN) == Barred("tls_refused")
    assert apple.told == []


def test_what_is_no_answer_of_apples_forgets_no_phone() -> None:
    assert outcome_of(410, b"<html>gone</html>") == Busy("http_410", 410)
    assert outcome_of(400, b"{}") == Busy("http_400", 400)
    assert outcome_of(404, b'{"reason":"BadPath"}') == Barred("BadPath", 404)
    assert outcome_of(429, b'{"reason":"TooManyRequests"}', "7") == Busy("TooManyRequests", 429, 7.0)
    assert outcome_of(410, b'{"reason":"Unregistered","timestamp":"soon"}') == Gone("Unregistered")
    assert outcome_of(200, b"") == Delivered()


def test_a_key_of_another_curve_is_none_of_apples() -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ValueError, match="P-256"):
        PushKey(pem.decode(), KEY_ID, TEAM)
