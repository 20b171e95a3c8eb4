"""Proving the ledger: every derived number of every card computed anew from its entries."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import psycopg
from psycopg import IsolationLevel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sello.domains.loyalty.ledger import queries
from sello.domains.loyalty.ledger.rules import Difference, differences


class _OfCard(Protocol):
    @property
    def business_id(self) -> UUID: ...

    @property
    def card_id(self) -> UUID: ...


Row = TypeVar("Row", bound=_OfCard)
_Key = tuple[UUID, UUID]


def replay(laws_url: str, *, console: Console | None = None) -> list[Difference]:
    """Compare every card, reward and redemption of every shop with what the ledger says; empty when all agree.

    `laws_url` is a postgresql:// address of sello_laws. Reads one snapshot, card by card, in constant memory; the
    progress goes to `console` (standard error without one).
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        psycopg.connect(laws_url) as connection,
        Progress(*columns, console=console or Console(stderr=True)) as progress,
    ):
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return list(_compare(connection, progress))


def _compare(connection: psycopg.Connection, progress: Progress) -> Iterator[Difference]:
    events = _Groups(queries.stream_events(connection))
    rewards = _Groups(queries.stream_rewards(connection))
    cards = progress.add_task("cards replayed", total=queries.count_cards(connection))
    for card in queries.stream_cards(connection):
        key = (card.business_id, card.card_id)
        yield from differences(card, events.of(key), rewards.of(key))
        progress.advance(cards)


class _Groups(Generic[Row]):
    """The rows of one card after the other, from a stream in the order of (business, card)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, key=lambda row: (row.business_id, row.card_id))
        self._next = self._take()

    def of(self, card: _Key) -> list[Row]:
        """The card's rows; cards are asked for in order. A card without rows has an empty list."""
        while self._next is not None and self._next[0] < card:
            self._next = self._take()
        if self._next is None or self._next[0] != card:
            return []
        rows = self._next[1]
        self._next = self._take()
        return rows

    def _take(self) -> tuple[_Key, list[Row]] | None:
        for key, rows in self._groups:
            return key, list(rows)
        return None
