"""How Google says no."""

from sello.infrastructure.playing.serving import Answer

_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
           409: "ALREADY_EXISTS", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}  # fmt: skip


def refused(http: int, reason: str, message: str) -> Answer:
    """A refusal in Google's form."""
    error = {
        "code": http,
        "message": message,
        "status": _STATUS.get(http, "UNKNOWN"),
        "errors": [{"message": message, "domain": "walletobjects", "reason": reason}],
    }
    return Answer.json({"error": error}, http)
