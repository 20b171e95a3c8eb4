"""The contract holds for whatever is sent: schemathesis over the whole OpenAPI document, against a running API.

No 5xx, no status or content type that is not listed, every body as described, everything invalid refused, no endpoint
that forgets its sign-in. As the owner and as a stranger.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sello.shared.auth import TokenIssuer
from sello.shared.ids import AccountId, SessionId, new_id
from tests.support.shop import make_shop
from tests.support.stack import Stack

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,negative_data_rejection,ignored_auth,unsupported_method,use_after_free"
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), apis=1, safe=False)
    try:
        yield stack.start(requests_per_quarter=10_000_000)
    finally:
        stack.stop()


def test_whatever_is_sent_gets_a_listed_answer(stack: Stack, tmp_path: Path) -> None:
    """The examples and every rule of the description broken once, by an owner."""
    hammer(stack, tmp_path, "owner", "--phases", "examples,coverage")


@pytest.mark.proof
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_whatever_is_invented_gets_a_listed_answer(stack: Stack, tmp_path: Path, who: str) -> None:
    hammer(stack, tmp_path, who, "--phases", "examples,coverage,fuzzing", "--max-examples", "20")


def hammer(stack: Stack, folder: Path, who: str, *phases: str) -> None:
    """Send all that schemathesis thinks of; nothing of it may be answered by anything that is not listed."""
    shop = make_shop(stack.settings)
    card = shop.card()
    headers = shop.rosa.headers if who == "owner" else _nobody(stack)
    # Signing out everywhere in the middle would leave the rest of the owner's run to a stranger.
    excluded = ("--exclude-path-regex", "^/api/v1/auth/sessions$|logout$") if who == "owner" else ()
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{stack.apis[0].url}/openapi.json",
            "--checks", CHECKS, *phases,
            "--seed", "20261123", "--workers", "1", "--request-timeout", "20", "--no-color", "--continue-on-failure",
            *excluded,
            *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")),
        ],
        cwd=folder, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    # What was found stands in the middle, between the progress and pages of advice.
    found = done.stdout.partition("= FAILURES =")[2] or done.stdout
    assert done.returncode == 0, found[:6000] + done.stderr[-2000:]
    assert shop.balance(card)[0] >= 0
    assert stack.database.broken_laws() == []


def _nobody(stack: Stack) -> dict[str, str]:
    """A well-signed token of somebody who does not exist."""
    token = TokenIssuer(stack.settings.keys).issue(
        account_id=AccountId(new_id()), business_id=None, role="admin", version=1, session_id=SessionId(new_id())
    )
    return {"Authorization": f"Bearer {token}"}
