"""Who issues cards at Google, and the simulator's issuer: known to everybody, so good on loopback alone."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

REAL_HOST: Final = "walletobjects.googleapis.com"
SIMULATED_URL: Final = "http://127.0.0.1:8026"
SIMULATED_ISSUER: Final = "3388000000005310000"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServiceAccount:
    """The machine that speaks for the issuer: its mail address and its key."""

    email: str
    key_id: str
    key: RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Issuer:
    """An issuer of cards. `base_url`: the REST API, Google's own or a simulator's."""

    base_url: str
    id: str
    account: ServiceAccount

    @property
    def token_url(self) -> str:
        """Where an assertion becomes a token. A simulator has all hosts in one, so that no key meets the wrong one."""
        return "https://oauth2.googleapis.com/token" if self.is_real else f"{self.base_url}/token"

    @property
    def save_url(self) -> str:
        """What a save link begins with."""
        return ("https://pay.google.com" if self.is_real else self.base_url) + "/gp/v/save/"

    @property
    def is_real(self) -> bool:
        """Whether Google itself answers."""
        return urlsplit(self.base_url).hostname == REAL_HOST

    def resource(self, suffix: str) -> str:
        """The id of a class or object of ours."""
        return f"{self.id}.{suffix}"
