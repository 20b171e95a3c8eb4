"""What the processes tell: JSON lines on standard output and measured statements.

`set_up` is called once by every process. Every line passes `scrubbing`; one that cannot be written is dropped, because
a full disk or a closed pipe must not cost a stamp.
"""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, Literal

import msgspec
import structlog
from prometheus_client import Histogram
from structlog.types import EventDict, WrappedLogger

from sello.entry.scrubbing import scrub_fields, told_at_length
from sello.shared import clock
from sello.shared.logs import current_request, log
from sello.shared.metrics import cap_ids, db_query_duration, shared_folder

Level = Literal["debug", "info", "warning", "error"]

SLOW_SECONDS: Final = 0.5
_SQL_SHOWN: Final = 200
_LINE_BYTES: Final = 64 * 1024
_COUNT_FILE_BYTES: Final = 1 << 20

encode: Final = msgspec.json.Encoder(enc_hook=str).encode


def set_up(*, level: Level = "info", metrics_ids: int = 500) -> None:
    """Send everything this process logs, by structlog or by the standard library, to standard output as JSON lines."""
    structlog.configure(
        processors=[_about_the_request, _leveled, _scrubbed, _rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,  # a second set_up (tests) may change the level
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _ToStructlog)]:
        root.removeHandler(handler)
    root.addHandler(_ToStructlog())
    root.setLevel(logging.WARNING)  # libraries speak when something is wrong
    _take_over_uvicorn(level)
    sys.excepthook = _log_the_end
    cap_ids(metrics_ids)
    _reserve_count_files()


def write_line(line: bytes) -> None:
    """One line, in one write so that lines of several processes do not mix; lost when it cannot be written."""
    try:
        os.write(1, line + b"\n")
    except OSError:
        return


def observe_query(sql: str, seconds: float) -> None:
    """The `observe` of the database pools: measures every statement, logs the slow ones by their text alone."""
    _histogram_of(sql).observe(seconds)
    if seconds > SLOW_SECONDS:
        log.warning("slow_query", sql=" ".join(sql.split())[:_SQL_SHOWN], duration_ms=round(seconds * 1000, 1))


@lru_cache(maxsize=2048)
def _histogram_of(sql: str) -> Histogram:
    return db_query_duration.labels(query_type(sql))


_NOT_CODE: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_LOCKING: Final = re.compile(r"\bfor\s+(?:no\s+key\s+)?update\b", re.IGNORECASE)
_FUNCTION: Final = re.compile(r"\b(?:from|select|lateral)\s+(\w+_v\d+)\s*\(", re.IGNORECASE)
_WORD: Final = re.compile(r"\b(select|insert|update|delete)\b", re.IGNORECASE)


def query_type(sql: str) -> str:
    """`select`, `insert`, `update`, `delete`, the name of our own versioned function (`add_stamp_v1`), or `other`.

    A WITH that changes rows counts as its first change.
    """
    code = _LOCKING.sub(" ", _NOT_CODE.sub(" ", sql))
    if function := _FUNCTION.search(code):
        return function[1].lower()
    first = code.split(None, 1)[0].lower() if code.strip() else ""
    if first not in ("select", "with", "insert", "update", "delete", "(select"):
        return "other"
    words = [word.lower() for word in _WORD.findall(code)]
    changes = [word for word in words if word != "select"]
    return first if first in ("insert", "update", "delete") else (changes or words or ["other"])[0]


class _Lines:
    """What structlog hands its finished lines to."""

    def __init__(self, *_: Any) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.msg = write_line


def _about_the_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    request = current_request.get()
    if request is not None:
        for name in ("request_id", "account_id", "business_id"):
            if (value := getattr(request, name)) is not None:
                event.setdefault(name, value)
    return event


def _leveled(_: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {"timestamp": timestamp(), "level": method, **event}


def _scrubbed(_: WrappedLogger, __: str, event: EventDict) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    line = scrub_fields(event)
    if isinstance(error, BaseException):
        line["exception"] = told_at_length(error)
    return line


def _rendered(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    line = encode(event)
    if len(line) > _LINE_BYTES:  # many long values: what was said matters more than its details
        kept = {name: event[name] for name in ("timestamp", "level", "event", "request_id") if name in event}
        line = encode({**kept, "cut": True})
    return line


def timestamp() -> str:
    """The present moment as every line writes it."""
    return clock.now().isoformat(timespec="milliseconds")


class _ToStructlog(logging.Handler):
    """Carries the standard library's records over to structlog, so that they pass the same wall."""

    def emit(self, record: logging.LogRecord) -> None:
        write = getattr(log, "error" if record.levelno >= logging.ERROR else record.levelname.lower(), log.warning)
        try:
            text = record.getMessage()
        except Exception:  # a library's broken format string is not worth an error of ours
            text = str(record.msg)
        write(text, logger=record.name, exc_info=record.exc_info)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: there is nowhere left to say it."""


def _take_over_uvicorn(level: Level) -> None:
    """Its own lines go through ours; its access log is off, because the edge writes one line per request."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn").setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process_failed", exc_info=error)


def _reserve_count_files() -> None:
    """Give the files of counts their blocks now: they are memory-mapped, and a full disk would kill us on a write."""
    folder = shared_folder()
    if folder is None or not hasattr(os, "posix_fallocate"):
        return
    for kind in ("counter", "histogram"):
        try:
            with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _COUNT_FILE_BYTES)
        except OSError as error:
            log.warning("count_file_not_reserved", exc_info=error)
