"""How Twilio says no: its codes, the sentences it gives with them, and the HTTP status they come with."""

from typing import Final

from sello.infrastructure.playing.serving import Answer

SENTENCES: Final[dict[int, str]] = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21619: "A text message body or media urls must be specified",
    21655: "The ContentSid is Invalid",
    21656: "The ContentVariables Parameter is invalid",
    30008: "Unknown error",
    63007: "Could not find a Channel with the specified From address",
    63014: "Message delivery failed because it was blocked by a user action",
    63016: "Failed to send freeform message because you are outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63028: "Number of parameters provided does not match the expected number of parameters",
    63032: "User is unable to receive this message due to a limitation",
    63033: "Recipient blocked to receive message",
    63038: "Account exceeded the daily messages limit",
    63049: "Meta chose not to deliver this WhatsApp marketing message",
}
_STATUS: Final[dict[int, int]] = {20003: 401, 20404: 404, 20429: 429, 63018: 429, 63038: 429}
# Handed to WhatsApp first and thrown back by it; all others fail before they leave.
_AFTER_SENT: Final = frozenset({30008, 63014, 63032, 63033, 63049})


def refused(code: int) -> Answer:
    """A refusal in Twilio's form."""
    status = _STATUS.get(code, 400)
    return Answer.json(
        {
            "code": code,
            "message": SENTENCES.get(code, "Error"),
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status,
    )


def ways_of_failing(code: int) -> tuple[str, ...]:
    """The states a message goes through when it fails with this code."""
    return ("sent", "undelivered") if code in _AFTER_SENT else ("failed",)
