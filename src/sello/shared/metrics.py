"""The business's own counters; entry exposes them."""

from prometheus_client import Counter

from sello.shared.ids import BusinessId

STAMPS = Counter("stamps_added_total", "Stamps counted", ["business_id"])
ENROLMENTS = Counter("customers_enrolled_total", "Customers enrolled", ["business_id"])


def count_stamp(business_id: BusinessId) -> None:
    """One more stamp of this shop."""
    STAMPS.labels(str(business_id)).inc()


def count_enrolment(business_id: BusinessId) -> None:
    """One more customer of this shop."""
    ENROLMENTS.labels(str(business_id)).inc()
