"""The owner's dashboard for tests: somebody of a shop, signed in within a browser."""

from typing import Final

import bcrypt
from playwright.sync_api import Page, expect

from tests.support.shop import Person, Shop
from tests.support.site import Visitor

PASSWORD: Final = "tres palabras juntas"


def give_password(shop: Shop, person: Person, password: str = PASSWORD) -> str:
    """Let the person sign in with a password; their e-mail."""
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    with shop.connect() as connection:
        row = connection.execute(
            "UPDATE accounts SET password_hash = %s WHERE id = %s RETURNING email", (hashed, person.account_id)
        ).fetchone()
    assert row is not None
    return str(row[0])


def enter(visitor: Visitor, shop: Shop, person: Person | None = None, *, at: str = "/app") -> Page:
    """A visitor's page, signed in as `person` (the shop's owner unless said otherwise), at an address of theirs."""
    email = give_password(shop, person or shop.rosa)
    page = visitor.go("/app/entrar")
    said = page.evaluate(
        "body => fetch('/api/v1/auth/login', {method: 'POST', headers: {'content-type': 'application/json'},"
        " body: JSON.stringify(body)}).then(answer => answer.status)",
        {"email": email, "password": PASSWORD},
    )
    assert said == 200, said
    page.goto(at)
    expect(page.locator("#contenido")).to_be_visible()
    return page
