"""Cards in phones as they stand in the database, for tests of what is told of them."""

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from sello.infrastructure.passkit import DEFAULT_PASS_TYPE
from sello.shared.ids import new_id, random_code
from tests.support.shop import Shop, TestCard

PASS_TYPE = DEFAULT_PASS_TYPE


class KeptCard:
    """A card in a phone: what happened to it is said by `tell`, what is known of it by `know`."""

    def __init__(self, shop: Shop, card: TestCard, kind: str = "apple", *, pass_type: str = PASS_TYPE) -> None:
        self.id: UUID = new_id()
        self._shop = shop
        apple = kind == "apple"
        self._run(
            "INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq,"
            " shown_seq, shown_at, issued_at)"
            " SELECT business_id, %s, id, %s, %s, %s, %s, seq, seq, app_now(), app_now() - interval '30 days'"
            " FROM cards WHERE id = %s",
            self.id, kind, random_code(26), pass_type if apple else None, b"sealed" if apple else None, card.id,
        )  # fmt: skip
        self.tell("issued", minutes=43_200)

    def saved(self, phones: int = 1) -> "KeptCard":
        """It is in a phone, or, of Apple's, in several."""
        self.know(saved_at=True)
        for number in range(phones):
            device = new_id()
            self._run(
                "INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed)"
                " SELECT %s, %s, pass_type_id, 'sealed' FROM wallet_passes WHERE id = %s AND kind = 'apple'",
                device, uuid4().hex, self.id,
            )  # fmt: skip
            self._run(
                "INSERT INTO wallet_registrations (business_id, pass_id, device) SELECT %s, %s, d.id"
                " FROM wallet_devices d WHERE d.id = %s",
                self._shop.business_id, self.id, device,
            )  # fmt: skip
            self.tell("registered", minutes=43_000 - number, phones=number + 1)
        return self

    def know(
        self, *, saved_at: bool | None = None, behind: int | None = None, minutes: float = 0, of: TestCard | None = None
    ) -> "KeptCard":
        """Whether it is in a phone; or that it was noted `minutes` ago and is `behind` by so many entries.

        `of`: the card that it shows by now.
        """
        if saved_at is not None:
            self._run(
                "UPDATE wallet_passes SET saved_at = CASE WHEN %s THEN app_now() END WHERE id = %s", saved_at, self.id
            )
        if behind is not None:
            self._run(
                "INSERT INTO wallet_tags SELECT coalesce(pass_type_id, 'google'), 1 FROM wallet_passes WHERE id = %s"
                " ON CONFLICT DO NOTHING",
                self.id,
            )
            self._run(
                "UPDATE wallet_passes p SET tag = 1, patched_tag = 1, noted_seq = c.seq, shown_seq = c.seq - %s,"
                " changed_at = app_now() - %s"
                " FROM cards c WHERE c.id = coalesce(%s, p.card_id) AND p.id = %s",
                behind, timedelta(minutes=minutes), of.id if of else None, self.id,
            )  # fmt: skip
            self._run("UPDATE wallet_registrations SET pushed_tag = 1 WHERE pass_id = %s", self.id)  # nothing is owed
        return self

    def leave(self, *, minutes: float, why: str = "phone") -> None:
        """No phone asks for it any more."""
        self._run("DELETE FROM wallet_registrations WHERE pass_id = %s", self.id)
        self.tell("unregistered", minutes=minutes, why=why, phones=0)

    def void(self) -> None:
        """It is over."""
        self._run("UPDATE wallet_passes SET voided_at = app_now() WHERE id = %s", self.id)
        self.tell("voided", minutes=0, why="closed")

    def tell(self, kind: str, *, minutes: float, **details: Any) -> "KeptCard":
        """Something happened so many minutes ago."""
        self._run(
            "WITH pass AS (UPDATE wallet_passes SET events = events + 1 WHERE id = %s"
            " RETURNING business_id, id, events)"
            " INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, at, details)"
            " SELECT business_id, id, events %% 200, events, %s, app_now() - %s, %s FROM pass",
            self.id, kind, timedelta(minutes=minutes), Jsonb(details),
        )  # fmt: skip
        return self

    def _run(self, sql: LiteralString, *values: Any) -> None:
        with self._shop.connect() as connection:
            connection.execute(sql, values)


def at_midday(shop: Shop) -> None:
    """The shop stands where it is about noon: what is made to have happened earlier happened on the same day."""
    with shop.connect() as connection:
        connection.execute(
            "UPDATE businesses SET zone = %s WHERE id = %s AND zone = 'America/Lima'",
            (f"Etc/GMT{datetime.now(UTC).hour - 12:+d}", shop.business_id),
        )


def age_ledger(shop: Shop, card: TestCard, *, minutes: float) -> None:
    """Everything on a card happened so much earlier."""
    with shop.connect() as connection:
        connection.execute(
            "UPDATE stamp_events SET recorded_at = recorded_at - %s, occurred_at = occurred_at - %s WHERE card_id = %s",
            (timedelta(minutes=minutes), timedelta(minutes=minutes), card.id),
        )
        connection.execute(
            "UPDATE cards SET last_at = last_at - %s WHERE id = %s", (timedelta(minutes=minutes), card.id)
        )
