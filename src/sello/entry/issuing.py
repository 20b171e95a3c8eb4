"""Who issues cards at Google, from the settings: the real one whole, or the simulator's."""

from pathlib import Path
from urllib.parse import urlsplit

from sello.infrastructure.googlewallet import REAL_HOST, SIMULATED_ISSUER, Issuer, made_account, read_account


def refuse_half_an_issuer(base_url: str, issuer_id: str, key_file: Path | None, *, simulated: bool) -> None:
    """ValueError, with the setting's name, for what would only be found out when somebody wants their card."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"GOOGLE_WALLET_BASE_URL must look like https://{REAL_HOST}")
    if key_file is not None:
        try:
            read_account(key_file)
        except ValueError as error:
            raise ValueError(f"GOOGLE_WALLET_KEY_FILE: {error}") from error
    if simulated:
        return
    if parts.scheme != "https":
        raise ValueError("GOOGLE_WALLET_BASE_URL off this machine must begin with https://")
    if key_file is None or issuer_id == SIMULATED_ISSUER:
        raise ValueError(
            f"GOOGLE_WALLET_ISSUER_ID and GOOGLE_WALLET_KEY_FILE are needed: {parts.hostname} is no simulator"
        )


def issuer_from(base_url: str, issuer_id: str, key_file: Path | None, *, home: Path) -> Issuer:
    """The issuer. For the simulator: with a key of this installation, made on first use."""
    account = read_account(key_file) if key_file else made_account(home / "google-wallet")
    return Issuer(base_url=base_url.rstrip("/"), id=issuer_id, account=account)
