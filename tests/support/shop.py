"""A shop of a test's own, and its people."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from sello.domains.business import RewardRules, Step
from sello.entry.settings import Settings
from sello.shared import clock
from sello.shared.auth import Caller, Role, TokenIssuer
from sello.shared.ids import AccountId, BusinessId, CardId, CustomerId, SessionId, new_id, random_code
from sello.shared.validation import fold
from tests.support.kept import Connection, connected

LOOSE = RewardRules(
    steps=(Step(at=5, title="Café gratis"), Step(at=10, title="Almuerzo gratis")),
    cooldown_minutes=0,
    card_daily_cap=1000,
    staff_daily_cap=10_000,
    most_per_purchase=20,
    roll_over=True,
)


# bcrypt, cost 4, of a password that no test knows: whoever signs in does so by the token made here.
NOBODYS_HASH = "$2b$04$EVfjnvmc5uIcNeSLyvcf8u6Vd739VLgO7BN12i7jzCH5TaSWyZTua"


@dataclass(frozen=True)
class Person:
    """Somebody of the shop with a session that is open."""

    account_id: AccountId
    business_id: BusinessId
    role: Role
    name: str
    session_id: SessionId
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Bearer header of this person."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def caller(self) -> Caller:
        """The same person for actions."""
        return Caller(self.account_id, self.business_id, self.role, 1, self.session_id)


@dataclass(frozen=True)
class TestCard:
    """A confirmed customer with a card."""

    __test__ = False

    id: CardId
    customer_id: CustomerId
    scan_code: str
    link: str
    phone: str
    name: str


@dataclass
class Shop:
    """A registered shop: Rosa owns it, Diego stamps."""

    business_id: BusinessId
    slug: str
    code: str
    rosa: Person
    diego: Person
    settings: Settings
    owner_url: str
    _phones: int = field(default=0)

    def connect(self) -> AbstractContextManager[Connection]:
        """As sello_owner, for setting scenes and asserting rows."""
        return connected(self.owner_url)

    def phone(self) -> str:
        """A mobile no other customer of this shop has."""
        self._phones += 1
        return f"+519{self.business_id.int % 10_000:04d}{self._phones:04d}"

    def card(
        self, *, name: str = "Ana Torres", phone: str | None = None, confirmed: bool = True, days_ago: int = 30
    ) -> TestCard:
        """A customer and card, made directly in the database; confirmed unless said otherwise."""
        phone = phone or self.phone()
        card = TestCard(CardId(new_id()), CustomerId(new_id()), random_code(20), random_code(22), phone, name)
        issued = clock.now() - timedelta(days=days_ago)
        confirmed_at = issued if confirmed else None
        with self.connect() as connection, connection.transaction():
            connection.execute(
                "INSERT INTO customers (business_id, id, phone, name, name_folded, source, enrolled_at, confirmed_at)"
                " VALUES (%s, %s, %s, %s, %s, 'till', %s, %s)",
                (self.business_id, card.customer_id, phone, name, fold(name), issued, confirmed_at),
            )
            connection.execute(
                "INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (self.business_id, card.id, card.customer_id, card.scan_code, card.link, issued, confirmed_at),
            )
        return card

    def stamp(self, card: TestCard, **changes: Any) -> dict[str, Any]:
        """The JSON body of a stamp for this card, made now."""
        body = {"id": str(new_id()), "scan_code": card.scan_code, "occurred_at": datetime.now(UTC).isoformat()}
        return body | changes

    def balance(self, card: TestCard) -> tuple[int, int]:
        """(balance, seq) of a card."""
        with self.connect() as connection:
            row = connection.execute("SELECT balance, seq FROM cards WHERE id = %s", (card.id,)).fetchone()
        assert row is not None
        return row[0], row[1]

    def set_rules(self, rules: RewardRules) -> None:
        """Put rules in force directly."""
        with self.connect() as connection, connection.transaction():
            _insert_rules(connection, self.business_id, rules)

    def person(self, *, name: str, role: Role) -> Person:
        """One more person of this shop."""
        with self.connect() as connection, connection.transaction():
            return _insert_person(connection, self.settings, self.business_id, name=name, role=role)


def make_shop(settings: Settings, *, rules: RewardRules | None = LOOSE, name: str = "Café Luna") -> Shop:
    """A shop of its own with an owner, a staff member and (unless None) rules."""
    assert settings.database_owner_url is not None
    business_id = BusinessId(new_id())
    slug = f"shop-{uuid4().hex[:12]}"
    code = random_code(6)
    with connected(settings.database_owner_url) as connection, connection.transaction():
        connection.execute(
            "INSERT INTO businesses (id, code, slug, name) VALUES (%s, %s, %s, %s)", (business_id, code, slug, name)
        )
        rosa = _insert_person(connection, settings, business_id, name="Rosa Quispe", role="owner")
        diego = _insert_person(connection, settings, business_id, name="Diego Ramos", role="staff")
        if rules is not None:
            _insert_rules(connection, business_id, rules)
    return Shop(business_id, slug, code, rosa, diego, settings, settings.database_owner_url)


def _insert_person(
    connection: psycopg.Connection[Any], settings: Settings, business_id: BusinessId, *, name: str, role: Role
) -> Person:
    account_id, session_id = AccountId(new_id()), SessionId(new_id())
    connection.execute(
        "INSERT INTO accounts (id, email, name, password_hash, email_verified_at) VALUES (%s, %s, %s, %s, app_now())",
        (account_id, f"{uuid4().hex}@example.pe", name, NOBODYS_HASH),
    )
    connection.execute(
        "INSERT INTO memberships (business_id, account_id, role, name) VALUES (%s, %s, %s, %s)",
        (business_id, account_id, role, name),
    )
    connection.execute(
        "INSERT INTO sessions (id, account_id, business_id, expires_at)"
        " VALUES (%s, %s, %s, app_now() + interval '7 days')",
        (session_id, account_id, business_id),
    )
    token = TokenIssuer(settings.keys).issue(
        account_id=account_id, business_id=business_id, role=role, version=1, session_id=session_id
    )
    return Person(account_id, business_id, role, name, session_id, token)


def _insert_rules(connection: psycopg.Connection[Any], business_id: UUID, rules: RewardRules) -> None:
    row = connection.execute(
        "UPDATE businesses SET rule_version = rule_version + 1 WHERE id = %s RETURNING rule_version", (business_id,)
    ).fetchone()
    assert row is not None
    connection.execute(
        "INSERT INTO reward_rules (business_id, version, body) VALUES (%s, %s, %s::jsonb)",
        (business_id, row[0], rules.model_dump_json()),
    )
