"""Files of customers and visits: what every line means, and that no bytes can surprise the reader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.customer import Birthday
from sello.domains.loyalty.imports.rules import ImportKind, Shop, read_file
from sello.shared.errors import sentence
from sello.shared.errors.catalogue import CATALOGUE

LIMA = ZoneInfo("America/Lima")
SHOP = Shop(LIMA, datetime(2026, 11, 23, 15, tzinfo=UTC), 10)


def codes(kind: ImportKind, text: str) -> list[tuple[int, str]]:
    """Line and code of every problem."""
    return [(problem.line, problem.code) for problem in read_file(kind, text.encode(), SHOP).problems]


def test_a_paper_card_out_of_excel() -> None:
    text = 'sep=;\r\nCelular;Nombre;Fecha de nacimiento;Sellos\r\n\'987654321;"Ñuño; Pérez";29/02/1990;7 de 10\r\n'
    reading = read_file("customers", text.encode("cp1252"), SHOP)
    (person,) = reading.people
    assert (reading.sheet.encoding, reading.sheet.delimiter) == ("Windows-1252", ";")
    assert (person.phone, person.name, person.stamps) == ("+51987654321", "Ñuño; Pérez", 7)
    assert person.birthday == Birthday(day=29, month=2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_told_apart(encoding: str) -> None:
    (person,) = read_file("customers", "phone\tname\n987654321\tÑuño\n".encode(encoding), SHOP).people
    assert person.name == "Ñuño"


def test_the_night_stays_on_its_day() -> None:
    text = (
        "phone,visited_at\n987654321,2026-03-01 23:30\n987654321,2026-03-02T05:30:00Z\n987654321,01/03/2026 11:30 pm\n"
    )
    visits = read_file("visits", text.encode(), SHOP).visits
    days = [f"{visit.visited_at.astimezone(LIMA):%d %H:%M}" for visit in visits]
    assert days == ["01 23:30", "02 00:30", "01 23:30"]
    assert [visit.occurrence for visit in visits] == [0, 0, 1]


@pytest.mark.parametrize(
    ("cell", "centimos"),
    [("S/ 12.50", 1250), ('"1,234.50"', 123450), ('"1.234,50"', 123450), ('"12,5"', 1250), ("", None), ("7", 700)],
)
def test_amounts_as_people_write_them(cell: str, centimos: int | None) -> None:
    (visit,) = read_file("visits", f"phone,visited_at,amount\n987654321,2026-03-01,{cell}\n".encode(), SHOP).visits
    assert visit.amount_centimos == centimos


def test_every_problem_has_its_line_and_a_sentence() -> None:
    customers = (
        "phone,name,birthday,stamps\n987654321,A,31/02,\n9.87E+08,B,,\n987654322,C,,11\n987654323,D,,\n987654323,E,,\n"
    )
    visits = (
        "phone,visited_at,amount\n987654321,2027-01-01,\n987654321,03/25/2026,\n"
        "987654321,01/03/2026,1.234\n,2026-01-01,\n"
    )
    assert codes("customers", customers) == [
        (2, "birthday_invalid"), (3, "phone_rounded"), (4, "stamps_too_many"), (6, "csv_duplicate"),
    ]  # fmt: skip
    assert codes("visits", visits) == [
        (2, "date_future"), (3, "date_invalid"), (4, "amount_ambiguous"), (5, "phone_missing"),
    ]  # fmt: skip
    assert codes("visits", "phone\n987654321\n") == [(1, "csv_columns_missing")]
    assert codes("visits", 'phone,visited_at\n987654321,"2026\n') == [(2, "csv_quotes")]


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["987654321", "9.87654321E+08", "2026-02-30", "0000-00-00 99:99", "1.234,5", "29/02", "7/10", '"', "\ud800"]
    ),
    st.from_regex(r"[0-9eE+.,:/' -]{0,16}", fullmatch=True),
)


@given(
    st.sampled_from(["customers", "visits"]), st.lists(st.lists(CELLS, max_size=6), max_size=6), st.sampled_from(",;\t")
)
def test_any_text_is_lines_and_problems(kind: ImportKind, lines: list[list[str]], delimiter: str) -> None:
    header = {"customers": "phone,name,birthday,enrolled_at,stamps", "visits": "phone,visited_at,amount"}[kind]
    text = header.replace(",", delimiter) + "\n" + "\n".join(delimiter.join(cells) for cells in lines)
    reading = read_file(kind, text.encode(errors="replace"), SHOP)
    for problem in reading.problems:
        assert problem.code in CATALOGUE
        assert problem.line >= 1
        assert "…" not in sentence(problem.code, "es", dict(problem.facts))


@given(st.sampled_from(["customers", "visits"]), st.binary(max_size=200))
def test_any_bytes_are_lines_and_problems(kind: ImportKind, data: bytes) -> None:
    reading = read_file(kind, data, SHOP)
    assert reading.people or reading.visits or reading.problems
