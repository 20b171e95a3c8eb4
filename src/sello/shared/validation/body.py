"""The base of request bodies: unknown fields are refused, text is trimmed and free of control characters."""

import re
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What a mail header carries unquoted; commas, angle brackets and look-alike letters are refused.
_EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"

# RFC 3339. Left to itself pydantic takes 0.5 for half a second after New Year's Eve of 1969.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _written(moment: object) -> object:
    if not isinstance(moment, str) or not _MOMENT.fullmatch(moment.strip()):
        raise ValueError("expected a moment like 2026-11-23T18:30:00-05:00")
    return moment


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("not valid Unicode") from error
    return text


def _lines(text: str) -> str:
    """Text of several lines: every control character but the end of a line is refused."""
    _printable(text.replace("\r\n", "").replace("\n", ""))
    return text


class Body(BaseModel):
    """A request or answer body. Extra fields are an error, so nothing can be assigned by surprise."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


Name = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_printable)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=255), AfterValidator(_printable)]
Words = Annotated[str, StringConstraints(min_length=3, max_length=500), AfterValidator(_printable)]
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=_EMAIL, to_lower=True),
    AfterValidator(_printable),
]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Lines = Annotated[str, AfterValidator(_lines)]
