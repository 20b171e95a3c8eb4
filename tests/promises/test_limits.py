"""The forms of the pages keep to the limits of the API, which `make types` writes down for them."""

import json
from pathlib import Path

from typer.testing import CliRunner

from sello.entry.cli import app

WRITTEN = Path(__file__).parents[2] / "web/packages/api/src/limits.json"


def test_the_forms_know_the_api_s_limits() -> None:
    said = CliRunner().invoke(app, ["openapi", "--limits"])
    assert said.exit_code == 0, said.output
    assert WRITTEN.read_text() == said.output, "run `make types` and commit"
    limits = json.loads(said.output)
    assert limits["Step"]["at"] == {"min": 1, "max": 100}
    assert limits["RewardRules"]["stamps_expire_days"] == {"min": 14, "max": 3650}
