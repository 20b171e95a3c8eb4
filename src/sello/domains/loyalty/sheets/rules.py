"""From bytes to rows of named cells. Whatever the bytes are, the answer is rows and located problems, no exception.

UTF-8 (a byte order mark is fine), Windows-1252 and Excel's "Unicode text" (UTF-16); comma, semicolon or tab; headers in
Spanish or English, in any order. Excel's habits are undone: `'987654321`, `="987654321"`, hard spaces, `sep=;`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sello.shared.validation import fold

MOST_LINES: Final = 300_000
MOST_COLUMNS: Final = 50
MOST_CHARACTERS: Final = 1000  # of one cell
FOUND: Final = 60  # characters of a cell that a problem repeats

_DELIMITERS: Final = (",", ";", "\t")
_SEPARATOR: Final = re.compile(r"\Asep=([,;\t])[^\n]*\n?", re.IGNORECASE)
_FORMULA: Final = re.compile(r'\A="(.*)"\Z', re.DOTALL)
_UNSEEN: Final = str.maketrans(dict.fromkeys("\ufeff\u200b\u200c\u200d\u200e\u200f\u202f\u2060"))
_UNDEFINED: Final = re.compile(r"[\x80-\x9f]")
_WORDS: Final = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, by a code of the catalogue; `found` is the beginning of the cell, if there is one."""

    line: int
    code: str
    column: str | None = None
    found: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line it begins on and its cells by the names of columns; a missing cell is an empty text."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was understood. `ignored` are headers nobody asked for. With a problem in line 1 there are no lines."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


Names = Mapping[str, frozenset[str]]
"""The columns of a kind of file: canonical name -> folded header texts."""


def read_sheet(data: bytes, names: Names, *, required: frozenset[str]) -> Sheet:
    """The lines of a file under the canonical names of its columns; `required` columns have to be there."""
    encoding, text = decode(data)
    if text is None:
        return _refused("", "", Problem(1, "csv_encoding"))
    if not text.strip():
        return _refused(encoding, "", Problem(1, "csv_empty"))
    said = _SEPARATOR.match(text)
    skipped = 1 if said else 0
    text = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter_of(text, names)
    records = _records(text, delimiter, skipped)
    header = next(records, None)
    if header is None or isinstance(header, Problem):
        return _refused(encoding, delimiter, header or Problem(1, "csv_empty"))
    number, titles = header
    columns = [_column_of(title, names) for title in titles]
    problem = _header_problem(number, titles, columns, required)
    if problem is not None:
        return _refused(encoding, delimiter, problem)
    lines, problems = _lines(records, columns)
    ignored = tuple(clean(title)[:FOUND] for title, column in zip(titles, columns, strict=True) if column is None)
    known = tuple(column for column in columns if column is not None)
    if not lines and not problems:
        return _refused(encoding, delimiter, Problem(number, "csv_empty"))
    return Sheet(encoding, delimiter, known, tuple(filter(None, ignored)), tuple(lines), tuple(problems))


def decode(data: bytes) -> tuple[str, str | None]:
    """The name of the encoding and the text, or None for what is no text (a workbook, a picture)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return "UTF-16", _of_text(data.decode("utf-16"))
        except UnicodeDecodeError:
            return "", None
    try:
        return "UTF-8", _of_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    text = data.decode("cp1252", errors="replace")
    return "Windows-1252", None if "\ufffd" in text or _UNDEFINED.search(text) else _of_text(text)


def clean(cell: str) -> str:
    """A cell as its writer meant it: without hard spaces, Excel's leading apostrophe and its `="…"`."""
    cell = cell.translate(_UNSEEN).replace("\u00a0", " ").strip()
    formula = _FORMULA.match(cell)
    if formula:
        cell = formula[1].strip()
    return cell[1:].strip() if cell.startswith("'") else cell


def _of_text(text: str) -> str | None:
    return None if "\x00" in text else text


def _refused(encoding: str, delimiter: str, problem: Problem) -> Sheet:
    return Sheet(encoding, delimiter, (), (), (), (problem,))


def _column_of(title: str, names: Names) -> str | None:
    folded = _WORDS.sub(" ", fold(clean(title))).strip()
    return next((name for name, texts in names.items() if folded in texts), None)


def _delimiter_of(text: str, names: Names) -> str:
    """The one that makes the most known headers, then the most cells."""

    def worth(delimiter: str) -> tuple[int, int]:
        header = next(_records(text, delimiter, 0), None)
        if header is None or isinstance(header, Problem):
            return 0, 0
        return sum(_column_of(title, names) is not None for title in header[1]), len(header[1])

    return max(_DELIMITERS, key=worth)


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]] | Problem]:
    """Records that hold something, each with the line it begins on; a broken one as its problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # quotes that do not close, or a cell of more than 128 KB
            yield Problem(number, "csv_quotes")
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


def _header_problem(
    number: int, titles: list[str], columns: list[str | None], required: frozenset[str]
) -> Problem | None:
    if len(titles) > MOST_COLUMNS:
        return Problem(number, "csv_too_many_columns", facts={"most": MOST_COLUMNS})
    named = [column for column in columns if column is not None]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice is not None:
        return Problem(number, "csv_column_twice", twice)
    missing = sorted(required - set(named))
    if missing:
        return Problem(number, "csv_columns_missing", facts={"columns": ", ".join(missing)})
    return None


def _lines(
    records: Iterator[tuple[int, list[str]] | Problem], columns: list[str | None]
) -> tuple[list[Line], list[Problem]]:
    lines, problems = list[Line](), list[Problem]()
    places = [(place, column) for place, column in enumerate(columns) if column is not None]
    for record in records:
        if isinstance(record, Problem):
            problems.append(record)
            continue
        number, cells = record
        if len(lines) + len(problems) >= MOST_LINES:
            return [], [Problem(number, "csv_too_many_lines", facts={"most": MOST_LINES})]
        if any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(Problem(number, "csv_cells", facts={"cells": len(cells), "columns": len(columns)}))
            continue
        cells += [""] * (len(columns) - len(cells))
        long = next((column for place, column in places if len(cells[place]) > MOST_CHARACTERS), None)
        if long is not None:
            problems.append(Problem(number, "csv_cell_too_long", long, facts={"most": MOST_CHARACTERS}))
            continue
        lines.append(Line(number, {column: clean(cells[place]) for place, column in places}))
    return lines, problems
