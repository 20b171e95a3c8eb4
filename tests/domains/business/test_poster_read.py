"""The printed code is read: drawn small or large, askew, blurred, in bad light, it says its poster's link alone."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageStat

from sello.domains.business import RewardRules, Step, rules_in_words
from sello.domains.business.poster.actions import poster_of
from sello.domains.business.poster.jobs import make_poster
from sello.domains.business.poster.rules import DESIGNS, FORMATS, Content, Format, link_of, words_of
from sello.domains.business.rules import Design
from sello.entry.settings import Settings
from tests.domains.business.services import services_of
from tests.domains.business.test_poster import BASE, content
from tests.domains.business.test_profile import address, change, picture
from tests.support.reading import codes, codes_by_another, drawn, written
from tests.support.shop import Shop

CODE = "7K2M9Q"
Seen = Callable[[Image.Image], Image.Image]


def turned(degrees: float) -> Seen:
    """Held askew, in front of a grey wall."""
    return lambda page: page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(120, 120, 120))


def wide(pixels: int) -> Seen:
    """From so far away that the sheet is so many pixels wide."""
    return lambda page: page.resize((pixels, round(page.height * pixels / page.width)), Image.Resampling.LANCZOS)


def blurred(radius: float) -> Seen:
    """Out of focus."""
    return lambda page: page.filter(ImageFilter.GaussianBlur(radius))


def aslant(page: Image.Image) -> Image.Image:
    """From below and the left."""
    width, height = page.size
    corners = (-0.12 * width, -0.1 * height, -0.02 * width, 1.05 * height, 1.1 * width, height, 1.2 * width, 0)
    return page.transform(page.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))


def dim(page: Image.Image) -> Image.Image:
    """In the evening: dark, pale, grainy, saved as a poor JPEG."""
    grey = ImageEnhance.Brightness(ImageEnhance.Contrast(page).enhance(0.45)).enhance(0.5)
    grain = Image.effect_noise(page.size, 40).convert("RGB")
    out = io.BytesIO()
    Image.blend(grey, grain, 0.18).save(out, "JPEG", quality=25)
    return Image.open(out)


def half_in_the_sun(page: Image.Image) -> Image.Image:
    """A shadow falls across it."""
    shade = Image.linear_gradient("L").resize(page.size).rotate(90).point(lambda light: 90 + light * 0.6)
    return Image.composite(page, Image.new("RGB", page.size), shade)


SEEN: dict[str, Seen] = {
    "as it is": lambda page: page,
    "a step away": wide(600),
    "across the room": wide(300),
    **{f"turned by {degrees}": turned(degrees) for degrees in (7, 30, 45, 90, 133, 180, 270, -4)},
    "blurred a little": blurred(2),
    "blurred": blurred(4),
    "aslant": aslant,
    "dim": dim,
    "half in the sun": half_in_the_sun,
    "turned, small, blurred": lambda page: blurred(0.6)(wide(420)(turned(15)(page))),
}
SHOPS: dict[str, Content] = {
    "ours": content(),
    "dark on dark": replace(content(), light="#202020", dark="#000000", ink_on_light="#ffffff", ink_on_dark="#ffffff"),
    "light on light": replace(
        content(), light="#ffffff", dark="#fff7b0", ink_on_light="#000000", ink_on_dark="#000000"
    ),
    "loud": replace(content(), light="#ff00ff", dark="#00ff00", ink_on_light="#000000", ink_on_dark="#000000"),
    "everything long": replace(
        content(
            name="Restaurante Cevichería y Picantería Los Hermanos Huamán Espinoza",
            steps=tuple((at, "Un menú completo con refresco y postre de la casa") for at in range(5, 55, 5)),
        ),
        address=f"{BASE}/e/{'a-very-long-address-of-a-shop' * 2}-abc",
    ),
}


def face(pdf: bytes, *, dpi: int) -> Image.Image:
    """A tent as one sits before it: the face that looks here. The other is the same, upside down."""
    (page,) = drawn(pdf, dpi=dpi)
    return page.crop((0, page.height * 105 // 297, page.width, page.height * 210 // 297))


def on_paper(pdf: bytes, format_: Format, *, dpi: int) -> Image.Image:
    """What a camera is pointed at."""
    return face(pdf, dpi=dpi) if format_ == "tent" else drawn(pdf, dpi=dpi)[0]


# Sixty dots an inch are a tent seen from two metres: a module of its code is two dots wide.
# Quickly: every design, format and shop meets some of the others; as a proof every one meets all.
@pytest.mark.parametrize(
    ("shop", "design", "format_"),
    [
        pytest.param(shop, design, format_, marks=() if (n // 8 + n) % 4 == 0 else pytest.mark.proof)
        for n, (shop, format_, design) in enumerate(product(SHOPS, FORMATS, DESIGNS))
    ],
)
def test_two_decoders_read_every_design(shop: str, design: Design, format_: Format) -> None:
    shown = replace(SHOPS[shop], design=design, picture="gift")
    pdf = poster_of(shown, CODE, picture(size=(300, 200)), format_)
    sharp = on_paper(pdf, format_, dpi=110)
    long = shop == "everything long"  # its modules are half as wide
    seen = {"sharp": sharp, "blurred": blurred(1.2)(sharp), "small": on_paper(pdf, format_, dpi=80 if long else 60)}
    if not long:
        seen |= {"small and blurred": blurred(0.7)(seen["small"]), "far": on_paper(pdf, format_, dpi=50)}
    for how, image in seen.items():
        assert codes(image) == [link_of(shown, CODE)], how
        assert codes_by_another(image) == [link_of(shown, CODE)], how


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures lie apart: 0 for the same, 255 for black and white."""
    return ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0]


@pytest.mark.parametrize("design", DESIGNS)
def test_a_tent_says_the_same_to_both_sides_of_the_table(design: Design) -> None:
    shown = replace(SHOPS["ours"], design=design)
    pdf = poster_of(shown, CODE, None, "tent")
    (page,) = drawn(pdf, dpi=127)  # five dots a millimetre, so that the folds lie between two
    assert codes(page) == [link_of(shown, CODE)] * 2
    high = 525
    here = page.crop((0, high, page.width, 2 * high))
    there = page.crop((0, 0, page.width, high)).rotate(180)
    box = (12, 12, here.width - 12, high - 12)  # without the fold and half a pixel of the edge
    assert unlike(here.crop(box), there.crop(box)) < 8 < unlike(here.crop(box), there.rotate(180).crop(box))
    words = written(pdf).replace("\N{ZERO WIDTH SPACE}", "")
    for word in ("Dobla por las líneas de puntos", "Pega o engrapa", "Café gratis.", "sello.example/e/cafe-luna"):
        assert word in words


@pytest.mark.parametrize("shop", SHOPS)
def test_every_shop_s_code_is_read_at_every_size(shop: str) -> None:
    shown = SHOPS[shop]
    pdf = poster_of(shown, CODE, picture(size=(512, 512)))
    for dpi in (36, 50, 72, 150, 300):
        (page,) = drawn(pdf, dpi=dpi)
        assert codes(page) == [f"{shown.address}?p={CODE}"], dpi


@pytest.mark.parametrize("how", SEEN)
def test_the_code_is_read_however_it_is_seen(how: str) -> None:
    random.seed(20261123)
    shown = SHOPS["ours"]
    (page,) = drawn(poster_of(shown, CODE, None), dpi=110)
    assert codes(SEEN[how](page)) == [link_of(shown, CODE)]


def test_what_cannot_be_read_is_not_read() -> None:
    """The check can fail: too far away, and a sheet whose code is covered, say nothing."""
    (page,) = drawn(poster_of(SHOPS["ours"], CODE, None), dpi=110)
    assert codes(wide(60)(page)) == []
    page.paste((255, 255, 255), (0, page.height // 2, page.width // 2, page.height * 4 // 5))
    assert codes(page) == []
    assert codes_by_another(page) == []


async def test_the_poster_that_a_shop_gets_leads_to_its_enrolment_page(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, shop: Shop
) -> None:
    await change(client, shop, name="Café Ñandú & Hijos")
    await make_poster(services_of(app, settings), {"business_id": str(shop.business_id)})
    poster = (await client.get(address(shop, "/poster"), headers=shop.diego.headers)).json()
    pdf = (await client.get(poster["url"])).content
    (page,) = drawn(pdf, dpi=150)
    (link,) = codes(page)
    assert link == f"{settings.public_base_url}/e/{shop.slug}?p={poster['poster_id']}"
    words = written(pdf)
    for said in ("Café Ñandú & Hijos", "Junta 5 sellos. Café gratis.", "Con 10: Almuerzo gratis.", poster["poster_id"]):
        assert said in words


@pytest.mark.parametrize("locale", ["es-PE", "en"])
def test_the_poster_promises_what_the_terms_say(locale: str) -> None:
    steps = ((1, "Una galleta"), (5, "Café gratis"), (12, "¿Almuerzo o cena? ¡Tú eliges!"))
    shown = content(locale=locale, steps=steps)
    words = words_of(shown, CODE)
    rules = RewardRules(steps=tuple(Step(at=at, title=title) for at, title in steps))
    terms = rules_in_words(rules, shown.language)
    promised = [" ".join(said.split()) for said in (words["headline"][1], *(title for _, title in words["others"]))]
    assert all(said.endswith(f": {title}") for said, title in zip(terms, promised, strict=False))
    text = written(poster_of(shown, CODE, None))
    for title in promised:
        assert title in text
