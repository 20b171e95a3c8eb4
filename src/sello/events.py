"""Every business fact on one page. A fact is a row in `events`, written by the statement or transaction of its change.

Facts carry ids, counts and times, never personal data: they are logged, relayed to browsers and kept for 30 days.
The worker's relay turns a fact into reactions; reactions commute and may run twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """Base of all facts; the class name is the row's `kind`, the fields its payload."""

    live: ClassVar[bool] = False
    """Whether browsers of the business are told at once."""


@dataclass(frozen=True, slots=True)
class OfCampaign(Fact):
    """What every fact about a campaign says."""

    live: ClassVar[bool] = True
    campaign_id: UUID


@dataclass(frozen=True, slots=True)
class StampAdded(Fact):
    """A stamp was counted (written by add_stamp_v1)."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    stamp_id: UUID
    account_id: UUID
    count: int
    balance: int
    seq: int
    of: int
    occurred_at: datetime
    flags: list[str]


@dataclass(frozen=True, slots=True)
class RewardEarned(Fact):
    """A card reached a step (written by add_stamp_v1), or its holder was given a reward (threshold 0)."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    reward_id: UUID
    threshold: int
    source: Literal["step", "welcome", "birthday"] = "step"


@dataclass(frozen=True, slots=True)
class BonusAdded(Fact):
    """Stamps were given without a purchase."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    count: int
    balance: int
    seq: int


@dataclass(frozen=True, slots=True)
class StampsExpired(Fact):
    """The open stamps of a card lapsed (written by add_stamp_v1, too)."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    count: int
    seq: int


@dataclass(frozen=True, slots=True)
class RewardExpired(Fact):
    """A reward was not collected in time."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    reward_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class ExpiryNear(Fact):
    """In seven days or fewer the open stamps of a card, or one reward, will expire: told once for each `until`."""

    card_id: UUID
    customer_id: UUID
    what: Literal["stamps", "reward"]
    reward_id: UUID | None
    count: int
    until: date


@dataclass(frozen=True, slots=True)
class RewardRedeemed(Fact):
    """A reward was handed over."""

    live: ClassVar[bool] = True
    card_id: UUID
    reward_id: UUID
    redemption_id: UUID
    account_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class RedemptionVoided(Fact):
    """A hand-over was taken back; the reward can be used again."""

    live: ClassVar[bool] = True
    card_id: UUID
    reward_id: UUID
    redemption_id: UUID
    account_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class StampVoided(Fact):
    """A stamp was undone or voided."""

    live: ClassVar[bool] = True
    card_id: UUID
    stamp_id: UUID
    account_id: UUID
    balance: int
    seq: int


@dataclass(frozen=True, slots=True)
class StampsAdjusted(Fact):
    """An owner added stamps to a card by hand, or took some (`delta` below zero)."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    entry_id: UUID
    account_id: UUID
    delta: int
    balance: int
    seq: int


@dataclass(frozen=True, slots=True)
class CustomerEnrolled(Fact):
    """A pending card was handed out; nobody's phone is proven yet."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID
    source: Literal["poster", "till", "import", "referral", "message"]


@dataclass(frozen=True, slots=True)
class CardConfirmed(Fact):
    """A pending card became the customer's card."""

    live: ClassVar[bool] = True
    card_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class CardMerged(Fact):
    """A card leads to another one now: a pending one that was a known customer's, or a duplicate that the owner saw."""

    live: ClassVar[bool] = True
    card_id: UUID
    into_card_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class ConsentChanged(Fact):
    """A customer opted in or out of marketing."""

    customer_id: UUID
    kind: Literal["opt_in", "opt_out"]


@dataclass(frozen=True, slots=True)
class CustomerChanged(Fact):
    """Something known of a customer was corrected; `fields` names what, not how."""

    live: ClassVar[bool] = True
    customer_id: UUID
    fields: list[str]


@dataclass(frozen=True, slots=True)
class CustomerErased(Fact):
    """A person was erased: whatever still names them elsewhere has to go."""

    live: ClassVar[bool] = True
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class PrivacyRequestOpened(Fact):
    """Somebody asked for a right of theirs; a clock runs."""

    live: ClassVar[bool] = True
    request_id: UUID
    customer_id: UUID
    request_kind: Literal["access", "rectification", "erasure", "opposition"]


@dataclass(frozen=True, slots=True)
class PrivacyRequestAnswered(Fact):
    """A privacy request was granted or refused."""

    live: ClassVar[bool] = True
    request_id: UUID
    customer_id: UUID
    outcome: Literal["granted", "refused"]


@dataclass(frozen=True, slots=True)
class BusinessRegistered(Fact):
    """A new shop."""

    account_id: UUID


@dataclass(frozen=True, slots=True)
class BusinessChanged(Fact):
    """The shop presents itself differently; `fields` names what changed, not how."""

    live: ClassVar[bool] = True
    fields: list[str]


@dataclass(frozen=True, slots=True)
class RulesChanged(Fact):
    """A new version of the reward rules is in force."""

    live: ClassVar[bool] = True
    version: int


@dataclass(frozen=True, slots=True)
class StaffInvited(Fact):
    """Somebody was invited to work at the shop; the reaction sends the mail."""

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class ArchiveAsked(Fact):
    """An owner wants everything of the shop in one file; the reaction makes it."""

    archive_id: UUID


@dataclass(frozen=True, slots=True)
class StaffDismissed(Fact):
    """A membership ended: live connections of that account are closed."""

    live: ClassVar[bool] = True
    account_id: UUID


@dataclass(frozen=True, slots=True)
class FraudSignalled(Fact):
    """An odd pattern was recorded for the owner to look at."""

    live: ClassVar[bool] = True
    signal_id: UUID
    kind: Literal["burst", "many_cards", "offline_skew"]


@dataclass(frozen=True, slots=True)
class ImportOpened(Fact):
    """A file was sent that the shop brings along; the reaction works it off."""

    import_id: UUID


@dataclass(frozen=True, slots=True)
class VisitsImported(Fact):
    """Entries were written to many ledgers at once, which told no facts of their own: statistics are counted anew."""

    import_id: UUID


@dataclass(frozen=True, slots=True)
class CampaignAlerted(Fact):
    """An owner has to know something of a campaign."""

    live: ClassVar[bool] = True
    alert_id: UUID
    campaign_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ReplyQueued(Fact):
    """Somebody wrote and is to be answered; the reaction sends it."""

    reply_id: UUID


@dataclass(frozen=True, slots=True)
class DayClosed(Fact):
    """A shop's day is over by its own midnight; the numbers are those of that day's end as far as they were known."""

    live: ClassVar[bool] = True
    day: date
    visits: int
    stamps: int
    at_risk: int
    lost: int


@dataclass(frozen=True, slots=True)
class CampaignActivated(OfCampaign):
    """A campaign was started; the reaction plans it."""


@dataclass(frozen=True, slots=True)
class CampaignPaused(OfCampaign):
    """Nothing of a campaign goes out until somebody lets it go on."""

    why: Literal["owner", "opt_outs", "budget", "template", "provider"]


@dataclass(frozen=True, slots=True)
class CampaignResumed(OfCampaign):
    """A paused campaign goes on."""


@dataclass(frozen=True, slots=True)
class CampaignEnded(OfCampaign):
    """A campaign is over; what waited is let go by the reaction."""


@dataclass(frozen=True, slots=True)
class CampaignPlanned(OfCampaign):
    """Messages of a campaign were planned, and some people held out."""

    messages: int
    held_out: int


@dataclass(frozen=True, slots=True)
class CodeRedeemed(Fact):
    """A discount code was used at the counter."""

    live: ClassVar[bool] = True
    code_id: UUID
    campaign_id: UUID
    send_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class CodeRedemptionVoided(CodeRedeemed):
    """The use of a discount code was taken back."""


@dataclass(frozen=True, slots=True)
class TemplateSubmitted(Fact):
    """An owner wants a template approved; the reaction hands it to the provider."""

    live: ClassVar[bool] = True
    template_id: UUID


@dataclass(frozen=True, slots=True)
class TemplateDecided(Fact):
    """WhatsApp said something new about a template; `refused`: the provider did not even take it."""

    live: ClassVar[bool] = True
    template_id: UUID
    approval: str


FACTS: dict[str, type[Fact]] = {
    fact.__name__: fact
    for fact in (
        StampAdded, BonusAdded, StampsExpired, RewardExpired, ExpiryNear, RewardEarned, RewardRedeemed,
        RedemptionVoided, StampVoided, StampsAdjusted, CustomerEnrolled, CardConfirmed,
        CardMerged, ConsentChanged, CustomerChanged, CustomerErased, PrivacyRequestOpened, PrivacyRequestAnswered,
        BusinessRegistered, BusinessChanged, RulesChanged, StaffInvited, StaffDismissed, ArchiveAsked,
        CampaignAlerted, ReplyQueued,
        FraudSignalled, ImportOpened, VisitsImported, DayClosed, CampaignActivated, CampaignPaused, CampaignResumed,
        CampaignEnded, CampaignPlanned, CodeRedeemed, CodeRedemptionVoided,
        TemplateSubmitted, TemplateDecided,
    )
}  # fmt: skip
