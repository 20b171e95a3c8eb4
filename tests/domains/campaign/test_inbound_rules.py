"""Words as people write them: whole messages alone mean something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.campaign.inbound.rules import Asked, asked_by


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("BAJA", "opt_out"), ("baja", "opt_out"), (" Baja. ", "opt_out"), ("¡BAJA!", "opt_out"), ("STOP", "opt_out"),
        ("Alto", "opt_out"), ("salir", "opt_out"), ("PARAR", "opt_out"), ("Cancelar", "opt_out"),
        ("no más", "opt_out"), ("NO MAS", "opt_out"), ("No  más", "opt_out"),
        ("ya no", "opt_out"), ("Ya no…", "opt_out"),
        ("no ma\u0301s", "opt_out"), ("BAJA 🙏", "opt_out"), ("*BAJA*", "opt_out"), ("_stop_", "opt_out"),
        ("ALTA", "opt_in"), ("alta", "opt_in"), ("Alta, ", "opt_in"), ("start", "opt_in"),
        ("SELLOS", "card"), ("mis sellos?", "card"), ("¿mi tarjeta?", "card"), ("sello", "card"),
        ("alto ahí, ¿a qué hora abren?", "other"), ("no más azúcar por favor", "other"),
        ("quiero la baja del precio", "other"),
        ("ya no tengo la tarjeta", "other"), ("parar el taxi", "other"), ("", "other"), ("🙂", "other"),
        ("BAJAS", "other"), ("ALTAS", "other"), ("b a j a", "other"),
    ],
)  # fmt: skip
def test_a_whole_message_means_what_it_says(words: str, meaning: Asked) -> None:
    assert asked_by(words, "") == meaning


def test_a_button_says_it_whatever_is_written_on_it() -> None:
    assert asked_by("No recibir más", "opt_out") == "opt_out"
    assert asked_by("No recibir más", "") == "opt_out"
    assert asked_by("BAJA", "something else") == "opt_out"


@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_a_word_of_ours_inside_a_sentence_is_none(before: str, after: str) -> None:
    if any(char.isalnum() for char in before):
        assert asked_by(f"{before} x baja x {after}", "") == "other"
