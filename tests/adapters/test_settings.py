"""Settings that must not hold are refused at the start."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sello.entry.settings import Settings
from tests.promises.source import ROOT


def _settings(database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        database_platform_url="postgresql://sello_platform@127.0.0.1/sello",
        redis_url="redis://127.0.0.1",
        jwt_secret="s" * 32,
        data_key="d" * 32,
    )


@pytest.mark.parametrize(
    "place",
    [
        "db.example.com/sello",
        "/sello?host=db.example.com",
        "127.0.0.1/sello?hostaddr=203.0.113.9",
        "127.0.0.1,db.example.com/sello",
        "127.0.0.1/sello?host=db.example.com&sslmode=prefer",
        "db.example.com/sello?application_name=sslmode%3Drequire",
    ],
)
def test_a_plain_connection_leaves_this_machine_by_no_way_of_writing_it(place: str) -> None:
    with pytest.raises(ValidationError, match="need sslmode=require"):
        _settings(f"postgresql://sello_app@{place}")


@pytest.mark.parametrize(
    "place",
    [
        "db.example.com/sello?sslmode=verify-full",
        "127.0.0.1:5432/sello",
        "localhost/sello",
        "[::1]/sello",
        "/sello",
        "/sello?host=/var/run/postgresql",
    ],
)
def test_encrypted_and_local_connections_are_fine(place: str) -> None:
    user = "" if place.startswith("/") else "sello_app@"
    assert _settings(f"postgresql://{user}{place}").database_url.endswith(place)


_REAL: dict[str, Any] = {
    "twilio_api_base_url": "https://api.twilio.com",
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "0123456789abcdef0123456789abcdef",
    "twilio_whatsapp_number": "+51987654321",
}


def _with(**twilio: Any) -> Settings:
    known: dict[str, Any] = _settings("postgresql://sello_app@127.0.0.1/sello").model_dump(exclude_unset=True)
    return Settings(**(known | twilio))


@pytest.mark.parametrize("left_out", ["twilio_account_sid", "twilio_auth_token", "twilio_whatsapp_number"])
def test_the_simulators_account_is_refused_for_the_real_twilio(left_out: str) -> None:
    assert _with(**_REAL).whatsapp.base_url == "https://api.twilio.com"
    with pytest.raises(ValidationError, match=f"{left_out.upper()}.*no simulator"):
        _with(**{name: value for name, value in _REAL.items() if name != left_out})


def test_a_token_leaves_this_machine_encrypted_or_not_at_all() -> None:
    with pytest.raises(ValidationError, match="must begin with https"):
        _with(**_REAL | {"twilio_api_base_url": "http://api.twilio.com"})


def test_nobody_signs_callbacks_with_a_token_that_everybody_knows() -> None:
    assert _with().whatsapp_on
    public = _with(public_base_url="https://sello.example")
    assert (public.whatsapp_on, public.webhook_tokens) == (False, ())
    real = _with(**_REAL, public_base_url="https://sello.example", twilio_auth_token_previous="the one before it")
    assert (real.whatsapp_on, real.webhook_tokens) == (True, (_REAL["twilio_auth_token"], "the one before it"))


def test_every_setting_is_in_the_table_for_operators() -> None:
    """When this fails: the line to write, or to take out, is the difference."""
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    said = {line for line in lines if line.startswith("| `")}
    assert said == {_line(name, field) for name, field in Settings.model_fields.items() if name != "sello_test"}


def _line(name: str, field: FieldInfo) -> str:
    default = "**needed**" if field.is_required() else "" if field.default in (None, ()) else f"`{field.default}`"
    return f"| `{name.upper()}` | {default} | {field.description} |"
