"""Every setting of sello, from the environment; a secret may come from a file named by `<NAME>_FILE`.

A wrong or missing setting stops the start with one clear sentence per setting.
"""

import ipaddress
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sello.entry.issuing import issuer_from, refuse_half_an_issuer
from sello.infrastructure.googlewallet import SIMULATED_ISSUER, SIMULATED_URL, Issuer
from sello.infrastructure.passkit import (
    DEFAULT_PASS_TYPE,
    DEFAULT_TEAM,
    REAL_PUSH,
    SIMULATED_PUSH,
    Certificates,
    CertificateWrong,
    Installed,
    PushKey,
)
from sello.infrastructure.storage import Encryption
from sello.infrastructure.whatsapp import SIMULATED, Account
from sello.shared.auth import Keys

_SECRETS = (
    "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PLATFORM_URL", "DATABASE_LAWS_URL", "REDIS_URL", "JWT_SECRET",
    "JWT_SECRET_PREVIOUS", "DATA_KEY", "METRICS_TOKEN", "SMTP_URL", "SENTRY_DSN",
    "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS",
)  # fmt: skip


class Settings(BaseSettings):
    """The settings of one process, frozen at its start."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    public_base_url: str = Field(
        "http://127.0.0.1:8000", description="Address people reach; links and webhook signatures use it"
    )
    database_url: str = Field(description="postgresql:// address of sello_app; may be PgBouncer in transaction mode")
    database_platform_url: str = Field(
        description="postgresql:// address of sello_platform; a direct connection (LISTEN)"
    )
    database_owner_url: str | None = Field(
        None, description="postgresql:// address of sello_owner; `sello migrate` only"
    )
    database_laws_url: str | None = Field(
        None, description="postgresql:// address of sello_laws; `sello laws` and the nightly check"
    )
    database_prepare: Literal["on", "off"] = Field(
        "on", description="off for PgBouncer before 1.21 in transaction mode"
    )
    database_pool: int = Field(10, ge=3, le=100, description="Connections of sello_app per process")
    redis_url: str = Field(description="redis:// address; everything in it may vanish at any second")
    jwt_secret: str = Field(min_length=32, description="Signs access tokens, links and codes; at least 32 characters")
    jwt_secret_previous: str | None = Field(
        None, min_length=32, description="Still accepted while tokens signed with it live"
    )
    data_key: str = Field(min_length=32, description="Encrypts second-factor secrets at rest; at least 32 characters")
    metrics_token: str | None = Field(None, description="Bearer token for /metrics from outside loopback")
    metrics_ids: int = Field(
        500, ge=0, description="How many business ids may become metric labels; the rest count as `other`"
    )
    smtp_url: str | None = Field(None, description="smtp:// or smtps:// address; without it mail goes to files")
    mail_from: str = Field("sello <no-reply@localhost>", description="Sender of our mail")
    storage_url: str | None = Field(
        None, description="s3://bucket/folder or file:///folder of logos and posters; without it, SELLO_HOME/storage"
    )
    s3_endpoint_url: str | None = Field(None, description="Address of what speaks S3; without it, Amazon's own")
    s3_path_style: bool = Field(
        True, description="The bucket's name stands in the path of its addresses; else in the host"
    )
    s3_encryption: Encryption | None = Field(
        None, description="`AES256` or `aws:kms`, asked for with every file; without it, as the bucket is set"
    )
    s3_kms_key_id: str | None = Field(None, description="The key of `aws:kms`; without it, the account's own")
    sello_home: Path = Field(Path(".sello"), description="Folder of embedded servers, logs and mail files")
    twilio_api_base_url: str = Field(
        SIMULATED.base_url, description="https://api.twilio.com, or the address of `sello simulator whatsapp`"
    )
    twilio_account_sid: str = Field(
        SIMULATED.sid, pattern=r"^AC[0-9a-f]{32}$", description="Account at Twilio; this one is the simulator's"
    )
    twilio_auth_token: str = Field(
        SIMULATED.token, min_length=16, description="Its token, which also signs Twilio's callbacks"
    )
    twilio_auth_token_previous: str | None = Field(
        None, min_length=16, description="Callbacks signed with it are still believed, while the token is changed"
    )
    twilio_whatsapp_number: str = Field(
        SIMULATED.number, pattern=r"^\+[1-9][0-9]{7,14}$", description="Number that WhatsApp messages leave from"
    )
    google_wallet_base_url: str = Field(
        SIMULATED_URL, description="https://walletobjects.googleapis.com, or the address of `sello simulator google`"
    )
    google_wallet_issuer_id: str = Field(
        SIMULATED_ISSUER, pattern=r"^[0-9]{10,20}$", description="Issuer at Google Wallet; this one is the simulator's"
    )
    google_wallet_key_file: Path | None = Field(
        None, description="Key file (JSON) of the issuer's service account; for the simulator one is made in SELLO_HOME"
    )
    apple_pass_type_id: str = Field(
        DEFAULT_PASS_TYPE,
        pattern=r"^pass\.[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
        max_length=155,
        description="Pass type of every shop that has none of its own",
    )
    apple_team_id: str = Field(
        DEFAULT_TEAM, pattern=r"^[A-Z0-9]{10}$", description="Apple's id of the team that the certificates belong to"
    )
    apple_signer_cert: Path | None = Field(
        None, description="Certificate of the pass type (PEM); without it, passes are signed for our simulator alone"
    )
    apple_signer_key: Path | None = Field(None, description="Its private key (PEM, no password)")
    apple_wwdr_cert: Path | None = Field(
        None, description="Apple's intermediate certificate G4 (PEM, or DER as it comes)"
    )
    apple_signers_dir: Path | None = Field(
        None, description="Folder with certificate and key, one PEM file each, of shops with a pass type of their own"
    )
    apns_base_url: str | None = Field(
        None, description="Apple's push service; without it the real one for a real certificate, else the simulator"
    )
    apns_ca_file: Path | None = Field(None, description="What vouches for that address (PEM), when nobody known does")
    apns_key_file: Path | None = Field(
        None, description="Key of the push service (.p8); without it, pushes show the pass type's certificate"
    )
    apns_key_id: str | None = Field(None, pattern=r"^[A-Z0-9]{10}$", description="Id of that key at Apple")
    cors_origins: tuple[str, ...] = Field((), description="JSON list of other origins whose pages may call the API")
    trusted_proxies: tuple[str, ...] = Field(
        (), description="JSON list of proxy addresses whose X-Forwarded-For is believed"
    )
    requests_per_quarter: int = Field(
        1000, ge=10, description="Requests per account in 15 minutes; a network may ask ten times as often"
    )
    drain_seconds: float = Field(
        1.0,
        ge=0,
        le=60,
        description="How long /health/ready says 503 before a process told to end takes no more; a balancer's interval",
    )
    twilio_messages_per_second: int = Field(
        70, ge=0, le=1000, description="Messages that leave the number in a second, below its 80; 0 lifts the limit"
    )
    twilio_daily_limit: int | None = Field(
        None, ge=1, description="People the number may write to in 24 hours (250, 2000, …); without it, as many as wait"
    )
    privacy_answer_days: int = Field(
        10, ge=1, le=60, description="Working days within which a privacy request is due (Ley 29733)"
    )
    operator_name: str | None = Field(
        None, max_length=200, description="Who runs this platform for the shops, as their privacy notices name it"
    )
    data_country: str | None = Field(
        None, max_length=100, description="Country of the servers, as privacy notices name it (Ley 29733, art. 18)"
    )
    sentry_dsn: str | None = Field(None, description="Errors and 10 % of traces go there when set")
    otel_exporter_otlp_endpoint: str | None = Field(None, description="Traces go there when set")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged")
    sello_test: bool = Field(False, description="Allows crash points and a cheaper password hash; tests only")

    @field_validator("database_url", "database_platform_url", "database_owner_url", "database_laws_url")
    @classmethod
    def _encrypted_off_loopback(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError("must begin with postgresql://")
        try:
            meant = conninfo_to_dict(url)  # as the driver reads it: hosts also stand behind the question mark
        except ProgrammingError as error:
            raise ValueError("is not an address that PostgreSQL's driver can read") from error
        hosts = [host for name in ("host", "hostaddr") for host in str(meant.get(name) or "").split(",")]
        strict = meant.get("sslmode") in ("require", "verify-ca", "verify-full")
        if not strict and not all(_is_loopback(host) for host in hosts):
            raise ValueError("connections off this machine need sslmode=require or stricter")
        return url

    @field_validator("redis_url")
    @classmethod
    def _redis_encrypted(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("redis", "rediss"):
            raise ValueError("must begin with redis:// or rediss://")
        if parts.scheme == "redis" and not _is_loopback(parts.hostname):
            raise ValueError("connections off this machine need rediss://")
        return url

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "file:///")
        bucket = parts.scheme == "s3" and parts.netloc
        folder = parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path
        if not (bucket or folder) or parts.query or parts.fragment:
            raise ValueError("must be s3://bucket, s3://bucket/folder or file:///folder")
        return url

    @field_validator("s3_endpoint_url")
    @classmethod
    def _s3_encrypted(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https://s3")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as https://s3.example")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("connections off this machine need https://")
        return url

    @model_validator(mode="after")
    def _key_of_an_encryption(self) -> Self:
        if self.s3_kms_key_id and self.s3_encryption != "aws:kms":
            raise ValueError("S3_KMS_KEY_ID needs S3_ENCRYPTION=aws:kms")
        return self

    @field_validator("public_base_url")
    @classmethod
    def _bare_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be an origin such as https://sello.example")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("must be https:// off this machine")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _real_account_for_the_real_twilio(self) -> Self:
        parts = urlsplit(self.twilio_api_base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("TWILIO_API_BASE_URL must look like https://api.twilio.com")
        if _is_loopback(parts.hostname):
            return self
        if parts.scheme != "https":
            raise ValueError("TWILIO_API_BASE_URL off this machine must begin with https://")
        known = (
            ("TWILIO_ACCOUNT_SID", self.twilio_account_sid, SIMULATED.sid),
            ("TWILIO_AUTH_TOKEN", self.twilio_auth_token, SIMULATED.token),
            ("TWILIO_WHATSAPP_NUMBER", self.twilio_whatsapp_number, SIMULATED.number),
        )
        if simulated := [name for name, value, unreal in known if value == unreal]:
            raise ValueError(f"{', '.join(simulated)}: the simulator's, and {parts.hostname} is no simulator")
        return self

    @model_validator(mode="after")
    def _real_issuer_for_the_real_google(self) -> Self:
        url, key_file = self.google_wallet_base_url, self.google_wallet_key_file
        simulated = _is_loopback(urlsplit(url).hostname)
        refuse_half_an_issuer(url, self.google_wallet_issuer_id, key_file, simulated=simulated)
        return self

    @cached_property
    def google(self) -> Issuer:
        """Who issues cards at Google."""
        issuer_id, key_file = self.google_wallet_issuer_id, self.google_wallet_key_file
        return issuer_from(self.google_wallet_base_url, issuer_id, key_file, home=self.sello_home)

    @cached_property
    def google_wallet_on(self) -> bool:
        """Whether cards can be saved at Google: not where others reach us and the simulator is what would save them."""
        simulated = _is_loopback(urlsplit(self.google_wallet_base_url).hostname)
        return not simulated or _is_loopback(urlsplit(self.public_base_url).hostname)

    @model_validator(mode="after")
    def _certificates_that_go_together(self) -> Self:
        files = (self.apple_signer_cert, self.apple_signer_key, self.apple_wwdr_cert)
        if not any(files):
            if self.apple_signers_dir:
                raise ValueError("APPLE_SIGNERS_DIR needs APPLE_SIGNER_CERT, APPLE_SIGNER_KEY and APPLE_WWDR_CERT")
            return self
        if not all(files):
            raise ValueError("APPLE_SIGNER_CERT, APPLE_SIGNER_KEY and APPLE_WWDR_CERT go together")
        try:
            _ = self.passkit
        except CertificateWrong as error:
            raise ValueError(f"Apple's certificates: {error}") from error
        return self

    @cached_property
    def passkit(self) -> Certificates:
        """Which passes this installation may sign."""
        certificate, key, intermediate = self.apple_signer_cert, self.apple_signer_key, self.apple_wwdr_cert
        installed = None
        if certificate and key and intermediate:
            installed = Installed(
                certificate=certificate, key=key, intermediate=intermediate, folder=self.apple_signers_dir
            )
        return Certificates(
            self.sello_home / "apple",
            pass_type_id=self.apple_pass_type_id,
            team_id=self.apple_team_id,
            installed=installed,
        )

    @model_validator(mode="after")
    def _push_service_that_can_be_asked(self) -> Self:
        parts = urlsplit(self.apns_url)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
            raise ValueError("APNS_BASE_URL must look like https://api.push.apple.com")
        if (self.apns_key_file is None) != (self.apns_key_id is None):
            raise ValueError("APNS_KEY_FILE and APNS_KEY_ID go together")
        try:
            _ = self.apns_key
        except (OSError, ValueError) as error:
            raise ValueError("APNS_KEY_FILE is no key of Apple's push service") from error
        return self

    @cached_property
    def apns_url(self) -> str:
        """Where pushes go."""
        if self.apns_base_url is not None:
            return self.apns_base_url.rstrip("/")
        return REAL_PUSH if self.apple_signer_cert is not None else SIMULATED_PUSH

    @cached_property
    def apns_key(self) -> PushKey | None:
        """The key that pushes are signed with; None where certificates are shown."""
        if self.apns_key_file is None or self.apns_key_id is None:
            return None
        return PushKey(self.apns_key_file.read_text(), self.apns_key_id, self.apple_team_id)

    @cached_property
    def apple_wallet_on(self) -> bool:
        """Whether there are passes: not where others reach us and no phone of theirs would trust the signature."""
        return self.apple_signer_cert is not None or _is_loopback(urlsplit(self.public_base_url).hostname)

    @cached_property
    def whatsapp(self) -> Account:
        """The account that messages go through."""
        return Account(
            base_url=self.twilio_api_base_url,
            sid=self.twilio_account_sid,
            token=self.twilio_auth_token,
            number=self.twilio_whatsapp_number,
        )

    @cached_property
    def whatsapp_on(self) -> bool:
        """Whether there is WhatsApp: not where others reach us and the token is the one that everybody knows."""
        return self.twilio_auth_token != SIMULATED.token or _is_loopback(urlsplit(self.public_base_url).hostname)

    @cached_property
    def webhook_tokens(self) -> tuple[str, ...]:
        """Who may sign what comes from Twilio; nobody, when there is no WhatsApp."""
        previous = self.twilio_auth_token_previous
        return (self.twilio_auth_token, *((previous,) if previous else ())) if self.whatsapp_on else ()

    @cached_property
    def keys(self) -> Keys:
        """The installation's secrets as bytes."""
        previous = self.jwt_secret_previous
        return Keys(self.jwt_secret.encode(), previous.encode() if previous else None, self.data_key.encode())


def load(**overrides: Any) -> Settings:
    """The settings of this process; prints what is wrong and exits with 2 when they do not hold."""
    for name in _SECRETS:
        path = os.environ.get(f"{name}_FILE")
        if path and name not in os.environ:
            overrides.setdefault(name.lower(), Path(path).read_text().strip())
    try:
        return Settings(**overrides)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
            print(f"sello: {name}: {problem['msg']}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from error


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "" or host == "localhost" or host.startswith("/"):
        return True  # none, or a folder, is a unix socket
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
