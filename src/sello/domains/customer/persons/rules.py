"""What a part says of its tables; how an export reads; how an owner confirms an erasure. Pure."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

FORMAT: Final = "sello-person-1"
MOST_LINES: Final = 20_000  # of one table about one person: five stamps a day for ten years
CONFIRMED_WITHIN: Final = timedelta(
    minutes=10
)  # an erasure is confirmed within this long of its preview, or twice that

Line = dict[str, Any]
Lines = Mapping[str, Sequence[Line]]
"""The rows of each table that is about a person."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A table about people, column by column.

    `shown` are handed out; of the others, `hidden`, each has its reason. `erased` are blanked; every other column of
    text, JSON or bytes has to be in `harmless`, with the reason why what stands in it says nothing of anybody.
    """

    shown: tuple[str, ...]
    hidden: Mapping[str, str]
    erased: tuple[str, ...] = ()
    harmless: Mapping[str, str] = field(default_factory=dict)


def json_of(lines: Lines, *, made_at: datetime, person: str) -> bytes:
    """The export as one JSON document."""
    document = {"format": FORMAT, "made_at": made_at.isoformat(), "person": person, "tables": lines}
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()


def zip_of(lines: Lines, *, made_at: datetime, person: str) -> bytes:
    """The same as a ZIP: the JSON document, and a CSV for every table that has a row."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json_of(lines, made_at=made_at, person=person))
        for table, rows in lines.items():
            if rows:
                archive.writestr(f"{table}.csv", csv_of(rows))
    return packed.getvalue()


def csv_of(rows: Sequence[Line]) -> bytes:
    """Rows as CSV that spreadsheets open as text: UTF-8 with its mark, no cell begins a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    columns = list(rows[0])
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return "\ufeff".encode() + text.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def confirmation_purposes(account: str, now: datetime) -> tuple[str, str]:
    """What a confirmation of this account is signed for, at this moment and in the spell before it."""
    spell = int(now.timestamp() // CONFIRMED_WITHIN.total_seconds())
    return f"erasure:{account}:{spell}", f"erasure:{account}:{spell - 1}"
