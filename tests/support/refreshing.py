"""Cards in phones as rows, Apple's service in this process, and the jobs as a worker would carry them out."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sello.domains.loyalty.refreshes import jobs as refreshes
from sello.infrastructure.database.relay import relay_batch
from sello.infrastructure.passkit import seal
from sello.infrastructure.passkit.simulator.faults import Chance, Fate, Fault, Switches
from sello.infrastructure.passkit.simulator.service import Address, PushService
from sello.infrastructure.services import Services
from sello.shared.ids import CardId, new_id, random_code
from tests.support.shop import Shop, TestCard
from tests.support.till import Till

TOPIC = "pass.pe.sello.cards"


@dataclass
class Wallets:
    """Cards in phones: the shop's rows, Apple's service, and the jobs as a worker would carry them out."""

    till: Till
    services: Services
    service: PushService
    told: list[str]
    calls: list[CardId] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.till.shop

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.till.database.rows(sql, *values)

    def passed(self, card: TestCard, *, kind: str = "apple") -> UUID:
        """The card's pass, as it is issued."""
        id_, apple = new_id(), kind == "apple"
        self.rows(
            """
            INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq)
            SELECT business_id, %s, id, %s, %s, %s, %s, seq FROM cards WHERE id = %s
            """,
            id_, kind, random_code(26), TOPIC if apple else None, b"sealed" if apple else None, card.id,
        )  # fmt: skip
        return id_

    def phone(self, *passes: UUID, token: str | None = None) -> str:
        """A phone that shows these passes; its push token."""
        token, device = token or new_id().hex * 2, new_id()
        self.service.addresses[token] = Address(TOPIC)
        self.rows(
            "INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed) VALUES (%s, %s, %s, %s)",
            device, device.hex, TOPIC, seal(self.services.keys, "push-token", token),
        )  # fmt: skip
        for one in passes:
            self.rows(
                """
                INSERT INTO wallet_registrations (business_id, pass_id, device, pushed_tag)
                SELECT business_id, id, %s, tag FROM wallet_passes WHERE id = %s
                """,
                device, one,
            )  # fmt: skip
        return token

    def shown_in_phone(self, card: TestCard) -> tuple[UUID, str]:
        one = self.passed(card)
        return one, self.phone(one)

    async def patch(self, _: Services, __: Any, card_id: CardId) -> None:
        self.calls.append(card_id)

    async def settle(self, *, later: bool = False) -> list[str]:
        """Relay every fact and carry out every wallet job that is due (`later`: also those that wait); their names."""
        works, done = refreshes.jobs(self.patch), list[str]()
        while True:
            while await relay_batch(self.services.platform_db, refreshes.REACTIONS):
                pass
            due = self.rows(
                """
                DELETE FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%' AND (%s OR execute_after <= now())
                RETURNING id, entrypoint, payload
                """,
                later,
            )
            if not due:
                return done
            for _, entrypoint, payload in sorted(due):
                done.append(entrypoint)
                await works[entrypoint](self.services, json.loads(payload or b"{}"))

    def noted(self, one: UUID) -> tuple[int, int, int]:
        """(tag, noted_seq, the card's seq)."""
        [row] = self.rows(
            "SELECT p.tag, p.noted_seq, c.seq FROM wallet_passes p JOIN cards c ON c.id = p.card_id WHERE p.id = %s",
            one,
        )
        return row

    def events(self, one: UUID) -> list[tuple[str, dict[str, Any]]]:
        return [(row[0], row[1]) for row in self.rows(
            "SELECT kind, details FROM wallet_events WHERE pass_id = %s ORDER BY number", one
        )]  # fmt: skip

    def fail(self, fault: Fault) -> None:
        self.service.fate = Fate(Switches(faults=(Chance(fault),)))

    def heal(self) -> None:
        self.service.fate = Fate(Switches())

    def waiting(self) -> list[str]:
        return [row[0] for row in self.rows(
            "SELECT entrypoint FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%' ORDER BY id"
        )]  # fmt: skip
