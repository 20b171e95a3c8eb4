"""What is counted, under the names and labels of the written spec; `/metrics` shows the sum over all processes.

Processes share their counts through files when PROMETHEUS_MULTIPROC_DIR was set before they started. Counting never
fails and never waits for another machine.
"""

import fcntl
import os
from pathlib import Path
from typing import Final
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY: Final = CollectorRegistry()
OTHER: Final = "other"

api_requests = Counter("api_requests", "Answered requests", ["method", "path", "status"], registry=REGISTRY)
api_request_duration = Histogram(
    "api_request_duration_seconds", "Time from the request to its answer", ["method", "path"], registry=REGISTRY
)
db_query_duration = Histogram(
    "db_query_duration_seconds", "Time of one statement, its round trip included", ["query_type"], registry=REGISTRY
)
background_job_duration = Histogram(
    "background_job_duration_seconds", "Time of one try of a job", ["job_type"], registry=REGISTRY
)
_customers_enrolled = Counter(
    "customers_enrolled",
    "Cards handed out, at the poster (still pending) and at the till",
    ["business_id"],
    registry=REGISTRY,
)
_stamps_added = Counter("stamps_added", "Stamps counted", ["business_id"], registry=REGISTRY)
access_refused = Counter(
    "access_refused",
    "Proofs that were refused, by what was shown (pin, key, device) and why",
    ["means", "code"],
    registry=REGISTRY,
)
_statistics_lag = Histogram(
    "statistics_lag_seconds",
    "From a fact to the statistics that contain it",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800),
    registry=REGISTRY,
)
_messages_sent = Counter(
    "whatsapp_messages_sent",
    "Campaign messages, each time one comes to a status (accepted, sent, delivered, read, failed, refused, throttled, "
    "unknown, not_seen)",
    ["status"],
    registry=REGISTRY,
)
_campaigns_sent = Counter(
    "campaigns_sent", "Messages that the provider accepted, by campaign", ["campaign_id"], registry=REGISTRY
)
_campaign_redemptions = Counter(
    "campaign_redemptions", "Discount codes used at a counter, by campaign", ["campaign_id"], registry=REGISTRY
)
_queue_wait = Histogram(
    "whatsapp_queue_wait_seconds",
    "From the moment a message is due to its claim",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200),
    registry=REGISTRY,
)
_disagreements = Gauge(
    "whatsapp_disagreements",
    "Messages of yesterday that only the provider (orphan) or only we (missing) know of, at the last nightly look",
    ["kind"],
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)
_google_updates = Counter(
    "google_wallet_updates",
    "What was brought to Google Wallet, by how it ended (class, patched, voided, told, told_quietly, declined, away)",
    ["outcome"],
    registry=REGISTRY,
)
_passkit_updates = Counter(
    "passkit_updates",
    "Pushes to phones that show a card of Apple Wallet, by what came of them (delivered, gone, busy, barred)",
    ["status"],
    registry=REGISTRY,
)
_passkit_wait = Histogram(
    "passkit_queue_wait_seconds",
    "From a fact to the push of the cards in the phone that show it",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800),
    registry=REGISTRY,
)
_lines_imported = Counter(
    "import_lines",
    "Lines of files sent over HTTP that were worked off, by what they were and how it ended",
    ["kind", "outcome"],
    registry=REGISTRY,
)


def count_import(kind: str, outcome: str, *, lines: int) -> None:
    """A file of so many lines (good and bad ones) has ended."""
    _lines_imported.labels(kind, outcome).inc(lines)


def count_google_update(outcome: str) -> None:
    """Something was brought to Google Wallet, or was not."""
    _google_updates.labels(outcome).inc()


def count_pushes(status: str, count: int) -> None:
    """So many pushes to phones ended so."""
    _passkit_updates.labels(status).inc(count)


def observe_push_wait(seconds: float) -> None:
    """A fact that is `seconds` old is told to phones."""
    _passkit_wait.observe(max(0.0, seconds))


def count_messages(status: str, count: int) -> None:
    """So many campaign messages came to this status."""
    _messages_sent.labels(status).inc(count)


def count_campaign_sends(campaign_id: UUID, count: int) -> None:
    """So many messages of this campaign were accepted by the provider."""
    _campaigns_sent.labels(_campaign_ids.label(campaign_id)).inc(count)


def count_campaign_redemption(campaign_id: UUID) -> None:
    """A code of this campaign was used."""
    _campaign_redemptions.labels(_campaign_ids.label(campaign_id)).inc()


def show_disagreements(*, orphans: int, missing: int) -> None:
    """What the nightly comparison with the provider found."""
    _disagreements.labels("orphan").set(orphans)
    _disagreements.labels("missing").set(missing)


def observe_queue_wait(seconds: float) -> None:
    """A message that was due for `seconds` is claimed."""
    _queue_wait.observe(max(0.0, seconds))


def count_refused_access(means: str, code: str) -> None:
    """A PIN, a key or a till's credential was refused for this reason (a code of the catalogue, or `reused`)."""
    access_refused.labels(means, code).inc()


def observe_statistics(seconds: float) -> None:
    """Statistics contain a fact that is `seconds` old."""
    _statistics_lag.observe(max(0.0, seconds))


def count_enrolment(business_id: UUID) -> None:
    """One card more was handed out at this business."""
    _customers_enrolled.labels(_ids.label(business_id)).inc()


def count_stamp(business_id: UUID, *, stamps: int = 1) -> None:
    """`stamps` more at this business; replays and refusals are not counted."""
    counter = _stamps_of.get(business_id)
    if counter is None:
        name = _ids.label(business_id)
        counter = _stamps_added.labels(name)
        if name != OTHER:  # so there are no more of them than label values
            _stamps_of[business_id] = counter
    counter.inc(stamps)


def cap_ids(most: int) -> None:
    """Let the first `most` ids of businesses, and of campaigns, be label values; every later one counts as `other`."""
    _ids.most = _campaign_ids.most = most


def shared_folder() -> Path | None:
    """Where this installation's processes share their counts, or None for a process that counts alone."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(folder) if folder else None


class _LabelledIds:
    """The ids that are label values: the first `most` that any process saw, the same for all of them."""

    def __init__(self, file: str) -> None:
        self.most = 500
        self._file = file
        self._known: set[str] = set()
        self._full = False

    def label(self, business_id: UUID) -> str:
        text = str(business_id)
        if text in self._known:
            return text
        if self._full:
            return OTHER
        folder = shared_folder()
        try:
            self._admit(text, folder)
        except OSError:
            return OTHER  # a full disk must not cost a stamp
        return text if text in self._known else OTHER

    def _admit(self, text: str, folder: Path | None) -> None:
        if folder is None:
            if len(self._known) < self.most:
                self._known.add(text)
        else:
            with (folder / self._file).open("a+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                self._known.update(file.read().split())
                if text not in self._known and len(self._known) < self.most:
                    file.write(f"{text}\n")
                    self._known.add(text)
        self._full = len(self._known) >= self.most


_ids = _LabelledIds("business_ids")
_campaign_ids = _LabelledIds("campaign_ids")
_stamps_of: Final[dict[UUID, Counter]] = {}
