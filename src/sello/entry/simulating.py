"""The simulators as processes. They need no database, so they read only the settings that are theirs."""

import os
from pathlib import Path
from typing import Final

from sello.entry.environment import given
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
