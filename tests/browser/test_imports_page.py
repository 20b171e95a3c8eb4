"""Moving in by a file: checked first, its wrong lines told, imported, watched, stopped, looked back at."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.dashboard import enter
from tests.support.looks import look_everywhere
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def worker(site: Site) -> Iterator[Site]:
    """The site with its worker."""
    site.start_worker()
    yield site
    site.stop_worker()


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop with nobody in it."""
    return make_shop(site.settings)


def csv(folder: Path, *lines: str, name: str = "clientes.csv") -> Path:
    """A file of customers."""
    path = folder / name
    path.write_text("\n".join(["celular,nombre,sellos", *lines]), encoding="utf-8")
    return path


def check(page: Page, path: Path) -> None:
    """Choose a file and let it be looked at."""
    page.get_by_label("Archivo CSV").set_input_files(path)
    page.get_by_role("button", name="Revisar el archivo").click()


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_a_file_is_checked_then_imported(worker: Site, luna: Shop, visit: Visit, tmp_path: Path, width: str) -> None:
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/importar")
    expect(page.get_by_text("Todavía no has importado nada")).to_be_visible()
    look_everywhere(rosa, f"imports-empty-{width}")
    good = [f"9{luna.business_id.int % 10_000:04d}{number:04d},Ana {number},{number % 5}" for number in range(1, 31)]
    check(page, csv(tmp_path, *good, "12345,Beto,1", f"98765432x,{HOSTILE},2", f"9,{HOSTILE},"))
    expect(page.get_by_role("heading", name="30 líneas están bien y 3 tienen un problema")).to_be_visible()
    expect(page.get_by_text("clientes nuevos")).to_be_visible()
    problems = page.get_by_role("table", name="Líneas con un problema")
    expect(problems.get_by_role("row")).to_have_count(4)
    expect(problems).to_contain_text("98765432x")
    assert luna_has(luna) == 0, "looking changes nothing"
    look_everywhere(rosa, f"imports-checked-{width}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Bajar la lista").click()
    assert "98765432x" in Path(saved.value.path()).read_text(encoding="utf-8-sig")

    page.get_by_role("button", name="Importar 30 líneas").click()
    expect(page.get_by_role("heading", name="Importación terminada")).to_be_visible()
    assert luna_has(luna) == 30
    history = page.get_by_role("table", name="Importaciones anteriores")
    expect(history.get_by_role("row")).to_have_count(3)
    expect(history).to_contain_text("30 clientes, 24 tarjetas, 3 con problema")
    look_everywhere(rosa, f"imports-done-{width}")

    page.reload()
    expect(page.get_by_role("heading", name="Importación terminada")).to_be_visible()
    page.get_by_role("button", name="Importar otro archivo").click()
    expect(page.get_by_role("button", name="Elegir archivo")).to_be_visible()


def luna_has(luna: Shop) -> int:
    """How many customers the shop has."""
    with luna.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM customers WHERE business_id = %s", (luna.business_id,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_files_that_are_none_are_refused_in_words(worker: Site, luna: Shop, visit: Visit, tmp_path: Path) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/importar")
    chosen = page.get_by_label("Archivo CSV")
    sheet = tmp_path / "clientes.xlsx"
    sheet.write_bytes(b"PK")
    chosen.set_input_files(sheet)
    expect(page.get_by_text("Es un Excel.")).to_be_visible()
    nothing = tmp_path / "vacio.csv"
    nothing.touch()
    chosen.set_input_files(nothing)
    expect(page.get_by_text("El archivo está vacío.")).to_be_visible()
    large = tmp_path / "grande.csv"
    large.write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    chosen.set_input_files(large)
    expect(page.get_by_text("Pesa 8.0 MB y el máximo es 8 MB.")).to_be_visible()
    expect(page.get_by_role("button", name="Revisar el archivo")).to_have_count(0)
    look_everywhere(rosa, "imports-too-big")
    unread = tmp_path / "otro.csv"
    unread.write_text("uno,dos\n1,2\n")
    check(page, unread)
    expect(page.get_by_role("heading", name="No pudimos leer el archivo")).to_be_visible()
    look_everywhere(rosa, "imports-unread")


def test_visits_by_keyboard_alone(worker: Site, luna: Shop, visit: Visit, tmp_path: Path) -> None:
    page = enter(visit(viewport=DESK), luna, at="/app/importar")
    visits = tmp_path / "visitas.csv"
    phone = f"9{luna.business_id.int % 10_000:04d}7777"
    visits.write_text(f"celular,fecha,monto,nombre\n{phone},01/06/2026 10:00,12.50,Ana\n{phone},02/06/2026,8,Ana\n")
    page.get_by_role("radio", name="Clientes").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Visitas")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Las visitas cuentan como sellos")).to_be_checked()
    page.keyboard.press("Tab")
    with page.expect_file_chooser() as chooser:
        # A question to the page, so that it has heard that its dialogs are ours before the key arrives: keys come to
        # it by another way, and one that was faster opened a dialog nobody saw.
        expect(page.get_by_role("button", name="Elegir archivo")).to_be_focused()
        page.keyboard.press("Enter")
    chooser.value.set_files(visits)
    expect(page.get_by_role("button", name="Revisar el archivo")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revisar el archivo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Las 2 líneas están bien")).to_be_visible()
    page.get_by_role("button", name="Importar 2 líneas").press("Enter")
    expect(page.get_by_role("heading", name="Importación terminada")).to_be_visible()
    expect(page.get_by_text("visitas nuevas")).to_be_visible()


def test_one_at_a_time_and_stopped_where_it_is(site: Site, luna: Shop, visit: Visit, tmp_path: Path) -> None:
    with luna.connect() as connection:
        connection.execute(
            "INSERT INTO imports (business_id, id, kind, source, dry_run, count_stamps, skip_bad, sha256, started_at,"
            " lines, done_lines) VALUES (%s, new_id(), 'customers', 'api', false, false, true, sha256(''), app_now(),"
            " 200, 50)",
            (luna.business_id,),
        )
    rosa = visit()
    page = enter(rosa, luna, at="/app/importar")
    check(page, csv(tmp_path, "987654321,Ana,"))
    expect(page.get_by_role("alert")).to_be_visible()
    look_everywhere(rosa, "imports-one-at-a-time")
    page.get_by_role("table", name="Importaciones anteriores").get_by_role("link").click()
    expect(page.get_by_text("50 de 200 líneas")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    look_everywhere(rosa, "imports-running")
    page.get_by_role("button", name="Detener").click()
    expect(page.get_by_role("heading", name="Detenida")).to_be_visible()
