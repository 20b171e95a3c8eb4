"""The simulators that `sello up` runs: which settings keep them away, what they are told, what our processes then use.

A simulator stands in for a service that the person has not set: whoever names the real one gets no stand-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sello.entry.environment import given
from sello.entry.home import Home, Secrets
from sello.entry.processes import ChildSpec


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A stand-in. `unless`: settings of the real service; `ports`: its own, the first one for people.

    `argv` follows `sello simulator` and `settings` is what our processes get; both may name `{name of a port}`,
    `{home}` and secrets of the installation.
    """

    name: str
    unless: tuple[str, ...]
    ports: tuple[str, ...]
    argv: tuple[str, ...]
    settings: Mapping[str, str]
    place: str

    def wanted(self, environ: Mapping[str, str]) -> bool:
        """Whether nothing real was set."""
        return all(given(environ, name) is None for name in self.unless)


@dataclass(frozen=True)
class Running:
    """A stand-in with its ports."""

    simulated: Simulated
    values: Mapping[str, str]

    def spec(self, sello: tuple[str, ...]) -> ChildSpec:
        """Its process."""
        port = int(self.values[self.simulated.ports[0]])
        argv = (*sello, "simulator", *(part.format(**self.values) for part in self.simulated.argv))
        return ChildSpec(name=self.simulated.name, argv=argv, ready="http", port=port, stop_seconds=5.0)

    @property
    def settings(self) -> dict[str, str]:
        """What our processes use it by."""
        return {name: value.format(**self.values) for name, value in self.simulated.settings.items()}

    @property
    def line(self) -> str:
        """Where a person finds it."""
        return f"  {self.simulated.place:<17} http://127.0.0.1:{self.values[self.simulated.ports[0]]}"


SIMULATED: Final = (
    Simulated(
        name="whatsapp",
        unless=("TWILIO_API_BASE_URL",),
        ports=("whatsapp",),
        argv=("whatsapp", "--port", "{whatsapp}", "--lifelike"),
        settings={"TWILIO_API_BASE_URL": "http://127.0.0.1:{whatsapp}", "TWILIO_AUTH_TOKEN": "{twilio_auth_token}"},
        place="Chats, played",
    ),
    Simulated(
        name="apple",
        unless=("APNS_BASE_URL", "APPLE_SIGNER_CERT"),
        ports=("iphones", "apns"),
        argv=("apple", "--port", "{iphones}", "--apns-port", "{apns}", "--lifelike"),
        settings={"APNS_BASE_URL": "https://127.0.0.1:{apns}", "APNS_CA_FILE": "{home}/apple/apns-ca.pem"},
        place="iPhones, played",
    ),
    Simulated(
        name="google",
        unless=("GOOGLE_WALLET_BASE_URL",),
        ports=("google",),
        argv=("google", "--port", "{google}", "--lifelike"),
        settings={"GOOGLE_WALLET_BASE_URL": "http://127.0.0.1:{google}"},
        place="Androids, played",
    ),
)


def running(
    simulated: tuple[Simulated, ...], environ: Mapping[str, str], *, home: Home, known: Secrets
) -> list[Running]:
    """The stand-ins that this run needs, on the ports they had the last time."""
    return [
        Running(one, _values(one, home.root, {port: home.port(port) for port in one.ports}, known))
        for one in simulated
        if one.wanted(environ)
    ]


def _values(one: Simulated, root: Path, ports: Mapping[str, int], known: Secrets) -> dict[str, str]:
    return {
        **{name: str(port) for name, port in ports.items()},
        "home": str(root),
        "twilio_auth_token": known.twilio_auth_token,
    }
