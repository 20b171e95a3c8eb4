"""Apple's push service: whose push it is, for whom, and whether it is taken. Strict where Apple is."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.x509.oid import NameOID

from sello.infrastructure.passkit.simulator.faults import STATUS, Fate, Switches
from sello.infrastructure.passkit.simulator.streams import Asked, Said
from sello.infrastructure.playing.ledger import Ledger
from sello.shared import clock

_PATH: Final = "/3/device/"
_PAYLOAD: Final = 4096
_OLDEST, _YOUNGEST = 3600.0, 1200.0  # of the token that a provider signs
_TYPES: Final = frozenset({"alert", "background"})

Told = Callable[[str, str], None]


@dataclass(slots=True)
class Address:
    """A push token: of which topic, and since when it reaches nobody."""

    topic: str
    gone_at: float | None = None


@dataclass(slots=True)
class _Provider:
    """The signed token that a connection came with last."""

    text: str = ""
    iat: float = field(default=float("-inf"))


class PushService:
    """Takes pushes and tells phones. `tell` hears topic and token of what is to be brought to one."""

    def __init__(
        self, ledger: Ledger, *, keys: dict[str, EllipticCurvePublicKey], team: str, switches: Switches, tell: Told
    ) -> None:
        self._ledger = ledger
        self._keys = keys
        self._team = team
        self._tell = tell
        self._providers: dict[int, _Provider] = {}  # by connection
        self.fate = Fate(switches)
        self.addresses: dict[str, Address] = {}

    def handle(self, asked: Asked) -> Said:
        """Answer one request, and write down what was answered."""
        apns_id = str(uuid.uuid4()).upper()
        token = asked.headers.get(":path", "").removeprefix(_PATH)
        topic = asked.headers.get("apns-topic", "")
        fault = self.fate.fault()
        delay = self.fate.switches.answer_delay_ms / 1000
        if fault == "slow":
            delay += self.fate.switches.slow_ms / 1000
        elif fault in ("hang", "reset", "goaway"):
            self._ledger.write("push", token=token, topic=topic, status=0, reason=fault)
            return Said(way=fault, delay=delay)
        elif fault == "html":
            self._ledger.write("push", token=token, topic=topic, status=502, reason="html")
            return Said(502, delay=delay, apns_id=apns_id)
        reason = fault if fault in STATUS else self._refusal(asked, token, topic)
        facts = self._facts(reason, token)
        status = STATUS[reason] if reason else 200
        self._ledger.write("push", token=token, topic=topic, status=status, reason=reason or "")
        if status == 200 and fault != "lost":
            self._tell(topic, token)
        return Said(status, reason or "", facts, apns_id, delay)

    def _facts(self, reason: str | None, token: str) -> dict[str, int]:
        if reason not in ("Unregistered", "ExpiredToken"):
            return {}
        address = self.addresses.get(token)
        at = address.gone_at if address is not None and address.gone_at is not None else clock.now().timestamp()
        return {"timestamp": int(at * 1000)}

    def _refusal(self, asked: Asked, token: str, topic: str) -> str | None:
        """Why Apple does not take it, in the order in which Apple looks; None when it does."""
        if asked.headers.get(":method") != "POST":
            return "MethodNotAllowed"
        if not asked.headers.get(":path", "").startswith(_PATH) or "/" in token:
            return "BadPath"
        if len(asked.body) > _PAYLOAD:
            return "PayloadTooLarge"
        if not topic:
            return "MissingTopic"
        if asked.headers.get("apns-push-type", "alert") not in _TYPES:
            return "InvalidPushType"
        if not asked.body.startswith(b"{"):
            return "PayloadEmpty"
        return self._stranger(asked, topic) or self._nobody(token, topic)

    def _nobody(self, token: str, topic: str) -> str | None:
        address = self.addresses.get(token)
        if address is None:
            return None if self.fate.switches.any_token else "BadDeviceToken"
        if address.topic != topic:
            return "DeviceTokenNotForTopic"
        return "Unregistered" if address.gone_at is not None else None

    def _stranger(self, asked: Asked, topic: str) -> str | None:
        """What is wrong with whoever asks."""
        signed = asked.headers.get("authorization", "")
        if signed.lower().startswith("bearer "):
            return self._token_refusal(signed[7:], asked.connection)
        if asked.certificate is None:
            return "MissingProviderToken"
        certificate = x509.load_der_x509_certificate(asked.certificate)
        if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc:
            return "BadCertificate"
        names = certificate.subject.get_attributes_for_oid(NameOID.USER_ID)
        return None if [name.value for name in names] == [topic] else "TopicDisallowed"

    def _token_refusal(self, text: str, connection: int) -> str | None:
        now = clock.now().timestamp()
        before = self._providers.get(connection, _Provider())
        if text == before.text:
            return "ExpiredProviderToken" if now - before.iat > _OLDEST else None
        try:
            key = self._keys[jwt.get_unverified_header(text)["kid"]]
            claims = jwt.decode(text, key, algorithms=["ES256"], options={"verify_iat": False, "verify_exp": False})
            iat = float(claims["iat"])
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            return "InvalidProviderToken"
        if claims.get("iss") != self._team:
            return "InvalidProviderToken"
        if now - iat > _OLDEST or iat > now + 60:
            return "ExpiredProviderToken"
        if iat - before.iat < _YOUNGEST:
            return "TooManyProviderTokenUpdates"
        self._providers[connection] = _Provider(text, iat)
        return None
