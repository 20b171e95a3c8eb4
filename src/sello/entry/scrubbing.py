"""The last wall between personal data and whatever leaves the process: logs, error reports, traces.

Code does not log personal data in the first place. This catches what slips in through an exception's text or a
library's message: phones, e-mails, tokens, cookies, passwords in addresses, fields named like any of those. Names of
people have no shape, so values are dropped by the field's name, and texts of foreign exceptions are never shown.
"""

import re
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, Final
from uuid import UUID

import psycopg

LONGEST: Final = 1000
GONE: Final = "[gone]"
_MOST_ITEMS: Final = 30
_MOST_FRAMES: Final = 25
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_KNOWN_CODE: Final = (f"{_ROOT}/sello", sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))

# A field whose name is one of these, or ends in one of them after an underscore, says nothing.
_SECRET_FIELDS: Final = {
    *("name", "names", "phone", "phones", "mail", "email", "emails", "recipient", "recipients", "birthday", "address"),
    *("password", "passwords", "passwd", "secret", "secrets", "token", "tokens", "jwt", "signature", "credentials"),
    *("authorization", "cookie", "cookies", "headers", "query", "query_string", "body", "dsn", "scan_code", "to"),
    *("api_key", "data_key", "private_key", "secret_key"),
}

# Ids of ours: UUIDs, and the hexadecimal of request ids and networks. Nine of their digits in a row may look like a
# phone, so they are matched first and kept; a run of digits alone is never taken for one.
_ID: Final = r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\d*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32}))\b"
_CONTROL: Final = re.compile(
    r"(?:\x1b\[[0-9;?]*[ -/]*[@-~]"  # ANSI sequences whole, so that no stub such as "[31m" stays
    r"|[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff])+"
)
_GAP: Final = r"(?:[\s.()+-]|%20|%2B|\\u002b){0,3}"
_LOCAL: Final = r"[\w.!#$&'*+/=?^`{|}~%-]"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [token]"),
    (re.compile(r"(?i)\b((?:set-)?cookie)\b['\"]?\s*[:=]\s*['\"]?[^\r\n]+"), r"\1: [gone]"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"), "[token]"),
    (re.compile(r"\bsello_[0-9A-Za-z]{8}_[0-9A-Za-z]{8,}"), "[token]"),
    (re.compile(r"\bsello_[a-z]\d\.[\w.-]+"), "[token]"),
    (re.compile(r"://[^\s/@]*:[^\s/]*@"), "://[gone]@"),
    (re.compile(r"(https?://[^\s?#]*)[?#][^\s'\"]*"), r"\1"),
    (re.compile(rf"(?<!{_LOCAL}){_LOCAL}+(?:@|%40)[\w-]+(?:\.[\w-]+)*"), "[e-mail]"),
    (
        re.compile(rf"({_ID})|(?<!\d)(?:(?:\+|00)?51{_GAP})?9\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?!\d)"),
        lambda found: found[1] or "[phone]",
    ),
    (re.compile(r"\+\d{8,15}(?!\d)"), "[phone]"),
    # Long runs that mix digits and both cases: link secrets, refresh tokens, keys. Ids (lower case) stay.
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{28,}={0,2}"), "[token]"),
)  # fmt: skip


def plain_text(text: str) -> str:
    """The text on one line, at most 1,000 characters, without phones, e-mails and secrets."""
    # Cut twice: a value of megabytes must not run through the patterns, and the marks may make it longer again.
    text = _CONTROL.sub(" ", text[: 2 * LONGEST])
    for pattern, mark in _PATTERNS:
        text = pattern.sub(mark, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def is_secret_field(name: str) -> bool:
    """Whether a field of this name may hold personal data or a secret, whatever its value looks like."""
    words = name.lower().replace("-", "_").split("_")
    return words[-1] in _SECRET_FIELDS or "_".join(words[-2:]) in _SECRET_FIELDS


def scrub(value: Any, *, depth: int = 0) -> Any:
    """The value as plain JSON with nothing personal in it."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return plain_text(str(value)) if _is_phone(value) else value
    if isinstance(value, UUID | datetime | date | timedelta):
        return str(value)
    if isinstance(value, BaseException):
        return told(value)
    if isinstance(value, Mapping):
        return GONE if depth > 4 else scrub_fields(value, depth=depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return GONE if depth > 4 else [scrub(item, depth=depth + 1) for item in list(value)[:_MOST_ITEMS]]
    return plain_text(value if isinstance(value, str) else str(value))


def scrub_fields(fields: Mapping[Any, Any], *, depth: int = 0) -> dict[str, Any]:
    """Every field scrubbed; those that are secret by name say only that they were there."""
    found: dict[str, Any] = {}
    for name, value in list(fields.items())[: _MOST_ITEMS * 2]:
        key = plain_text(str(name))[:64]
        found[key] = GONE if is_secret_field(key) and value is not None else scrub(value, depth=depth)
    return found


def _is_phone(number: int) -> bool:
    return 900_000_000 <= number <= 999_999_999 or 51_900_000_000 <= number <= 51_999_999_999


def told(error: BaseException) -> str:
    """An exception in one line: its class, and its text only where that cannot hold anybody's data.

    That is a text which stands literally in the function, of ours or of a library, that raised it. A database error
    gives its code and the constraint instead: its DETAIL quotes rows.
    """
    name = type(error).__name__
    if isinstance(error, psycopg.Error):
        known = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
        return " ".join((name, *(part for part in known if part)))
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} errno {error.errno}"
    text = str(error)
    return f"{name}: {plain_text(text)}" if text and text in _literals(error.__traceback__) else name


def _literals(trace: TracebackType | None) -> tuple[Any, ...]:
    if trace is None:
        return ()
    while trace.tb_next is not None:
        trace = trace.tb_next
    code: CodeType = trace.tb_frame.f_code
    known = code.co_filename.startswith(_KNOWN_CODE)
    return code.co_consts if known else ()


def told_at_length(error: BaseException) -> list[str]:
    """The exception, where it came from and what caused it, without any value: the innermost frames come last."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 3 * _MOST_FRAMES:
        frames = traceback.extract_tb(seen.__traceback__)[-_MOST_FRAMES:]
        lines += [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        lines.append(told(seen))
        following = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        if following is not None:
            lines.append("caused by")
        seen = following
    return lines


def _short(filename: str) -> str:
    """Ours from `sello/` on, a library's from its package on: no path tells about the machine."""
    if filename.startswith(_ROOT):
        return filename[len(_ROOT) + 1 :]
    return filename.rpartition("site-packages/")[2] if "site-packages/" in filename else Path(filename).name
