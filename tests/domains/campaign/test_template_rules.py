"""What a template may say and what it says to somebody: rules without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.campaign.starters.rules import STARTERS
from sello.domains.campaign.templates.rules import (
    LONGEST,
    MOST_FILLED,
    SAMPLES,
    SHORTEST,
    VARIABLES,
    Variable,
    buttons_of,
    content_variables,
    longest_of,
    numbered,
    problems_of,
    text_of,
    tidy,
    variables_in,
)

GOOD = "Hola {{name}}, te faltan {{missing}} sellos para {{reward}} en {{business}}, ¡te esperamos pronto!"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (GOOD, []),
        ("Sin variables también se puede.", []),
        ("Hola {{nombre}}, te esperamos en el local.", ["template_variable_unknown"]),
        ("Hola {{}}, te esperamos en el local.", ["template_variable_unknown"]),
        ("Hola {name}, te esperamos en el local.", ["template_braces"]),
        ("Hola {{name}, te esperamos en el local.", ["template_braces"]),
        ("{{name}}, te esperamos en el local.", ["template_variable_edge"]),
        ("Te esperamos en el local {{name}}", ["template_variable_edge"]),
        ("Hola {{name}} {{reward}} te espera hoy en el local de siempre.", ["template_variables_adjacent"]),
        ("Hola {{name}}, ven.", ["template_too_few_words"]),
        ("a" * 900 + " {{reward}} y {{business}} con muchas palabras.", ["template_too_long"]),
    ],
)
def test_what_whatsapp_would_refuse_is_said_at_once(body: str, codes: list[str]) -> None:
    assert [problem.code for problem in problems_of(body)] == codes


def test_variables_become_numbers_in_the_order_of_their_coming() -> None:
    body = tidy("Hola {{ name }},  \r\n{{missing}} y otra vez {{name}}: {{ reward}}.  ")
    assert body == "Hola {{name}},\n{{missing}} y otra vez {{name}}: {{reward}}."
    assert variables_in(body) == ("name", "missing", "reward")
    assert numbered(body) == "Hola {{1}},\n{{2}} y otra vez {{1}}: {{3}}."
    values: dict[Variable, str] = {"name": "Ana", "missing": "3", "reward": "un café"}
    assert content_variables(body, values, link="LUNA7") == {"1": "Ana", "2": "3", "3": "un café", "4": "LUNA7"}


def test_values_are_words_and_never_templates() -> None:
    values: dict[Variable, str] = {
        "name": "{{reward}}",
        "reward": "{{name}}",
        "business": "  Café\n\tLuna ",
        "missing": "",
    }
    assert text_of("A {{name}} y {{reward}} en {{business}} por {{missing}} hoy.", values) == (
        "A {{reward}} y {{name}} en Café Luna por - hoy."
    )
    assert len(content_variables("A {{name}} b", {"name": "x" * 300}, link="L")["1"]) == 40


@given(
    st.lists(st.one_of(st.sampled_from([f"{{{{{v}}}}}" for v in VARIABLES]), st.text(max_size=12)), max_size=30).map(
        "".join
    )
)
def test_what_may_be_submitted_can_be_filled_in_and_is_never_too_long(body: str) -> None:
    body = tidy(body)
    if problems_of(body):
        return
    values: dict[Variable, str] = dict.fromkeys(VARIABLES, "á" * 200)
    filled = text_of(body, values)
    assert len(filled) <= longest_of(body) <= MOST_FILLED
    numbers = re.findall(r"\{\{(\d+)\}\}", numbered(body))
    assert set(numbers) | {str(len(set(numbers)) + 1)} == set(content_variables(body, values, link="x"))
    assert tidy(body) == body


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.key)
def test_every_starter_would_pass_the_review(starter: object) -> None:
    [found] = [one for one in STARTERS if one is starter]
    assert problems_of(found.body) == []
    assert tidy(found.body) == found.body
    assert SHORTEST <= len(found.body) <= LONGEST
    assert 3 <= len(found.name) <= 255
    # What gives something away is promotion, and has the way out.
    if "discount_code" in variables_in(found.body):
        assert found.category == "marketing"
    assert ("opt_out" in {button.kind for button in buttons_of(found.language, found.category)}) == (
        found.category == "marketing"
    )
    assert "{{" not in text_of(found.body, SAMPLES[found.language])


def test_there_is_a_starter_for_every_kind_of_campaign_in_spanish() -> None:
    kinds = {kind for starter in STARTERS if starter.language == "es" for kind in starter.suits}
    assert kinds == {"inactivity", "birthday", "milestone", "near_reward", "reward_unused", "expiring", "segment"}
    assert len({starter.key for starter in STARTERS}) == len(STARTERS)


def test_buttons_fit_whatsapp() -> None:
    for language in ("es", "en"):
        titles = [button.title for button in buttons_of(language, "marketing")]
        assert all(1 <= len(title) <= 25 for title in titles)
