"""Settings that must not hold are refused at the start."""

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


def test_every_setting_is_in_the_table_for_operators() -> None:
    """When this fails: the line to write, or to take out, is the difference."""
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    said = {line for line in lines if line.startswith("| `")}
    assert said == {_line(name, field) for name, field in Settings.model_fields.items() if name != "sello_test"}


def _line(name: str, field: FieldInfo) -> str:
    default = "**needed**" if field.is_required() else "" if field.default in (None, ()) else f"`{field.default}`"
    return f"| `{name.upper()}` | {default} | {field.description} |"
