"""The simulators as processes. They need no database, so they read only the settings that are theirs."""

import os
from pathlib import Path
from typing import Final

from sello.entry.environment import given
from sello.infrastructure.googlewallet import SIMULATED_ISSUER, made_account, read_account
from sello.infrastructure.googlewallet.simulator.faults import Switches as GoogleSwitches
from sello.infrastructure.googlewallet.simulator.run import run as run_google
from sello.infrastructure.passkit import DEFAULT_PASS_TYPE, DEFAULT_TEAM, Certificates
from sello.infrastructure.passkit.simulator.faults import Switches as AppleSwitches
from sello.infrastructure.passkit.simulator.run import run as run_apple
from sello.infrastructure.whatsapp import SIMULATED, Account
from sello.infrastructure.whatsapp.simulator.faults import Approving, Calling, Switches
from sello.infrastructure.whatsapp.simulator.run import run

_LIFELIKE: Final = Switches(
    step_ms=700, answer_delay_ms=80, callbacks=Calling(read_share=0.0), approval=Approving(delay_ms=8000)
)


def whatsapp(*, port: int, folder: Path | None, lifelike: bool) -> None:
    """Play WhatsApp until told to stop."""

    def setting(name: str, otherwise: str) -> str:
        return given(os.environ, name) or otherwise

    account = Account(
        base_url=f"http://127.0.0.1:{port}",
        sid=setting("TWILIO_ACCOUNT_SID", SIMULATED.sid),
        token=setting("TWILIO_AUTH_TOKEN", SIMULATED.token),
        number=setting("TWILIO_WHATSAPP_NUMBER", SIMULATED.number),
    )
    ours = setting("PUBLIC_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    run(
        account,
        port=port,
        folder=folder or Path(setting("SELLO_HOME", ".sello")) / "whatsapp",
        inbound_url=f"{ours}/webhooks/twilio/inbound",
        switches=_LIFELIKE if lifelike else None,
    )


def apple(*, port: int, apns_port: int, folder: Path | None, lifelike: bool) -> None:
    """Play Apple's push service and iPhones until told to stop."""

    def setting(name: str) -> str | None:
        return given(os.environ, name)

    home = Path(setting("SELLO_HOME") or ".sello") / "apple"
    team, key_file = setting("APPLE_TEAM_ID") or DEFAULT_TEAM, setting("APNS_KEY_FILE")
    pass_type = setting("APPLE_PASS_TYPE_ID") or DEFAULT_PASS_TYPE
    # Whoever comes first makes the authority that phones trust; the platform itself may be later than we are.
    Certificates(home, pass_type_id=pass_type, team_id=team).signer(pass_type)
    run_apple(
        port=port,
        apns_port=apns_port,
        folder=folder or home,
        root_file=home / "root.pem",
        key_file=Path(key_file) if key_file else None,
        key_id=setting("APNS_KEY_ID") or "",
        team=team,
        switches=AppleSwitches(answer_delay_ms=60, notice_ms=250) if lifelike else None,
    )


def google(*, port: int, folder: Path | None, lifelike: bool) -> None:
    """Play Google Wallet until told to stop."""
    home = Path(given(os.environ, "SELLO_HOME") or ".sello") / "google-wallet"
    key_file = given(os.environ, "GOOGLE_WALLET_KEY_FILE")
    run_google(
        given(os.environ, "GOOGLE_WALLET_ISSUER_ID") or SIMULATED_ISSUER,
        read_account(Path(key_file)) if key_file else made_account(home),
        port=port,
        folder=folder or home,
        switches=GoogleSwitches(answer_delay_ms=120) if lifelike else None,
    )
