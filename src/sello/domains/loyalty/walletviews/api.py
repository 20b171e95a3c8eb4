"""Cards in phones over HTTP, for the shop: what became of each change, and why a card shows what it shows."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request

from sello.domains.loyalty.walletviews import actions
from sello.domains.loyalty.walletviews.rules import Ends, EventKind, Happened, PassKind, State, Verdict, Why
from sello.infrastructure.database.api import Tenant
from sello.infrastructure.passkit import Certificates
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class WalletEvent(Body):
    """Something that happened to a card in a phone.

    `seq`: the entry of the ledger it was about. `phones`: how many ask for the card after it. `why`: who ended it.
    `said`: the other side's own words, of a phone, Apple or Google. `retry`: it is tried again by itself.
    """

    kind: EventKind
    at: datetime
    seq: int | None
    phones: int | None
    why: str | None
    said: str | None
    retry: bool


class Answer(Body):
    """Why a card shows what it shows, `since` when, and what the other side said.

    `current`: it shows everything. `waiting`: the change is on its way. `stuck`: it will not come by itself, or not
    soon. `absent`: the card is in no phone that asks for it. `over`: it ended with its customer or its shop.
    """

    state: State
    why: Why
    since: datetime | None
    said: str | None


class WalletCard(Body):
    """A customer's card in a phone. `shown_seq` is the entry it shows, `seq` the latest of its ledger."""

    id: UUID
    kind: PassKind
    answer: Answer
    issued_at: datetime
    saved_at: datetime | None
    shown_seq: int | None
    shown_at: datetime | None
    seq: int
    phones: int
    events: list[WalletEvent]


class CustomerWallets(Body):
    """The cards a customer has in phones, one of each kind and card; those that are over come last."""

    cards: list[WalletCard]


class WalletShares(Body):
    """The shop's confirmed customers by where their card is; somebody with two phones may be in two.

    `resting`: the card was added to an iPhone that asks for it no more; `web_only`: no phone keeps it up to date.
    """

    customers: int
    apple: int
    google: int
    both: int
    web_only: int
    resting: int


class LateCard(Body):
    """A card in a phone that has shown an old number for more than ten minutes."""

    customer_id: UUID
    customer: str
    kind: PassKind
    owed_at: datetime
    answer: Answer


class ShopWallets(Body):
    """Where the shop's cards are, and the newest of those that are late, 50 at most."""

    shares: WalletShares
    late: list[LateCard]


@router.get("/customers/{customer_id}/wallets", responses=refusals("customer_not_found", for_a_shop=True))
async def get_customer_wallets(customer_id: UUID, request: Request, caller: Owner, db: Tenant) -> CustomerWallets:
    """A customer's cards in phones: the answer to "why did it not update?", and the latest 60 events of each."""
    ends = _ends(request)
    told = await actions.wallets_of_customer(db, caller.business_id, CustomerId(customer_id), ends=ends)
    return CustomerWallets(cards=[_card(one) for one in told])


@router.get("/wallets", responses=refusals(for_a_shop=True))
async def get_wallets(request: Request, caller: Owner, db: Tenant) -> ShopWallets:
    """In which phones the shop's cards are, and which of them show an old number."""
    told = await actions.wallets_of_shop(db, caller.business_id, ends=_ends(request))
    late = [
        LateCard(
            customer_id=one.customer_id,
            customer=one.name,
            kind=one.card.kind,
            owed_at=one.card.owed_at,
            answer=_answer(one.verdict),
        )
        for one in told.late
        if one.card.owed_at is not None
    ]
    return ShopWallets(shares=WalletShares.model_validate(told.shares, from_attributes=True), late=late)


def _card(told: actions.Told) -> WalletCard:
    card = told.card
    return WalletCard(
        id=card.id,
        kind=card.kind,
        answer=_answer(told.verdict),
        issued_at=card.issued_at,
        saved_at=card.saved_at,
        shown_seq=card.shown_seq,
        shown_at=card.shown_at,
        seq=card.seq,
        phones=card.phones,
        events=[_event(one) for one in told.events],
    )


def _answer(verdict: Verdict) -> Answer:
    return Answer(state=verdict.state, why=verdict.why, since=verdict.since, said=verdict.said)


def _event(one: Happened) -> WalletEvent:
    details = one.details
    said = details.get("text") or details.get("reason")
    return WalletEvent(
        kind=one.kind,
        at=one.at,
        seq=details.get("seq"),
        phones=details.get("phones"),
        why=details.get("why"),
        said=str(said) if said else None,
        retry=bool(details.get("retry")),
    )


def _ends(request: Request) -> Ends:
    passkit: Certificates = request.app.state.passkit

    def end_of(pass_type_id: str) -> datetime | None:
        signer = passkit.signer(pass_type_id)
        return signer.certificate.not_valid_after_utc if signer else None

    return end_of
