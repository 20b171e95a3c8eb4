"""The day on which a certificate ends: without it no card in any phone changes any more, and nobody notices."""

from typing import Any, Final

from prometheus_client import Gauge

from sello.domains.business import admins
from sello.domains.loyalty.passes.rules import is_told
from sello.infrastructure.mail import Message, compose
from sello.infrastructure.services import Services, Work
from sello.shared import clock
from sello.shared.logs import log
from sello.shared.metrics import REGISTRY

WATCH: Final = "wallets.watch_certificates"

_days_left = Gauge(
    "apple_certificate_days",
    "Days until the certificate of a pass type ends, at the last daily look; alarm below 30",
    ["pass_type_id"],
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)


async def watch_certificates(services: Services, _: dict[str, Any]) -> None:
    """Daily. Tells the platform's admins 60, 30 and 7 days before the end, and then each day.

    May run twice: the mail of a day is the same one, by its Message-ID. A development certificate renews itself.
    """
    now = clock.now()
    for certificate in services.passkit.certificates():
        days = (certificate.not_after - now).days
        _days_left.labels(certificate.pass_type_id).set(days)
        if certificate.development or not is_told(days):
            continue
        log.error("certificate_ends", pass_type_id=certificate.pass_type_id, days=days)
        for admin in await admins(services.platform_db):
            link = f"{certificate.pass_type_id} · {certificate.not_after:%Y-%m-%d}"
            text = compose("certificate_ends", admin.locale, name=admin.name, link=link)
            id_ = f"certificate-{certificate.pass_type_id}-{certificate.not_after:%Y%m%d}-{days}-{admin.id}"
            await services.mailer.send(Message(id_, admin.email, text.subject, text.body))


JOBS: Final[dict[str, Work]] = {WATCH: watch_certificates}
