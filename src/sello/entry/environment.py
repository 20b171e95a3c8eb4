"""The environment that `sello up` gives to its processes: what the person set and our values for the rest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sello.entry.home import CannotStart, Home, Secrets
from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedValkey

DATABASE: Final = "sello"
# What a command of a person needs to act on the running installation (`.sello/env`).
FOR_PEOPLE: Final = (
    "DATABASE_URL", "DATABASE_PLATFORM_URL", "DATABASE_LAWS_URL", "DATABASE_OWNER_URL", "REDIS_URL", "JWT_SECRET",
    "DATA_KEY", "METRICS_TOKEN", "PUBLIC_BASE_URL", "SELLO_HOME", "TWILIO_API_BASE_URL", "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER", "APNS_BASE_URL", "APNS_CA_FILE", "GOOGLE_WALLET_BASE_URL",
)  # fmt: skip
ROLE_URLS: Final = {
    "DATABASE_URL": "sello_app",
    "DATABASE_PLATFORM_URL": "sello_platform",
    "DATABASE_LAWS_URL": "sello_laws",
    "DATABASE_OWNER_URL": "sello_owner",
}


def given(environ: Mapping[str, str], name: str) -> str | None:
    """A setting from the environment or from the file that `<name>_FILE` names; None when neither is set."""
    if value := environ.get(name):
        return value
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return None


def without(environ: Mapping[str, str], name: str) -> dict[str, str]:
    """The environment without a setting in either of its forms."""
    return {key: value for key, value in environ.items() if key not in (name, f"{name}_FILE")}


def child_environment(
    environ: Mapping[str, str],
    *,
    home: Home,
    address: str,
    known: Secrets,
    postgres: EmbeddedPostgres | None,
    valkey: EmbeddedValkey | None,
    simulated: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """All settings of our processes, the owner's address included (`without` takes it away again).

    `simulated` is what the stand-ins that are run are used by.
    """
    made = {
        "PUBLIC_BASE_URL": address,
        "JWT_SECRET": known.jwt_secret,
        "DATA_KEY": known.data_key,
        "METRICS_TOKEN": known.metrics_token,
        **(simulated or {}),
    }
    child = {key: value for key, value in made.items() if given(environ, key) is None} | dict(environ)
    child["SELLO_HOME"] = str(home.root)
    child["PROMETHEUS_MULTIPROC_DIR"] = str(home.fresh_metrics_dir())
    if postgres is not None:
        for name, role in ROLE_URLS.items():
            url = f"postgresql://{role}:{known.password_of(role)}@127.0.0.1:{postgres.port}/{DATABASE}"
            child = without(child, name) | {name: url}
    elif given(environ, "DATABASE_PLATFORM_URL") is None:
        raise CannotStart("DATABASE_URL is set and DATABASE_PLATFORM_URL is not: a server of yours needs both.")
    if valkey is not None:
        child["REDIS_URL"] = valkey.url
    return child
