"""What a campaign is: whom it means, what it gives, when it is quiet, what it costs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter

from sello.shared.errors import Refused
from sello.shared.ids import CampaignId, CustomerId, SendId, TemplateId
from sello.shared.validation import Body, first_name

CampaignState = Literal["draft", "active", "paused", "ended"]
PausedWhy = Literal["owner", "opt_outs", "budget", "template", "provider"]
Category = Literal["marketing", "utility"]
Variable = Literal["name", "discount_code", "stamps", "missing", "reward", "business"]
TriggerKind = Literal["inactivity", "birthday", "milestone", "near_reward", "reward_unused", "expiring", "segment"]

MOST_OF_A_SEGMENT: Final = 10_000
MICROS_OF_A_CENTIMO: Final = 10_000
_DAY: Final = 24 * 60


class Inactivity(Body):
    """The last visit was `days_inactive` or more days ago, though not more than `at_most_days`."""

    kind: Literal["inactivity"] = "inactivity"
    days_inactive: Annotated[int, Field(strict=True, ge=7, le=30)] = 14
    at_most_days: Annotated[int, Field(strict=True, ge=31, le=730)] = 180


class BirthdayNear(Body):
    """The birthday is `days_before` days from today; 29 February counts on the 28th where there is no 29th."""

    kind: Literal["birthday"] = "birthday"
    days_before: Annotated[int, Field(strict=True, ge=0, le=14)] = 0


class Milestone(Body):
    """It was the `visit`-th visit: a visit is a day with a stamp."""

    kind: Literal["milestone"] = "milestone"
    visit: Annotated[int, Field(strict=True, ge=2, le=1000)] = 10


class NearReward(Body):
    """The card lacks `missing` or fewer stamps for its next reward, and nobody came for `after_days` days."""

    kind: Literal["near_reward"] = "near_reward"
    missing: Annotated[int, Field(strict=True, ge=1, le=5)] = 2
    after_days: Annotated[int, Field(strict=True, ge=0, le=30)] = 3


class RewardUnused(Body):
    """A reward was earned `after_days` or more days ago, can still be collected and was not."""

    kind: Literal["reward_unused"] = "reward_unused"
    after_days: Annotated[int, Field(strict=True, ge=3, le=60)] = 7


class Expiring(Body):
    """Open stamps or a reward are good for `before_days` more days or fewer."""

    kind: Literal["expiring"] = "expiring"
    before_days: Annotated[int, Field(strict=True, ge=1, le=14)] = 7
    what: Literal["stamps", "rewards", "both"] = "both"


class Segment(Body):
    """Everybody on a list that was handed over with the campaign: once."""

    kind: Literal["segment"] = "segment"
    customers: Annotated[int, Field(strict=True, ge=1, le=MOST_OF_A_SEGMENT)]


Watching = Inactivity | BirthdayNear | Milestone | NearReward | RewardUnused | Expiring
"""Triggers that go on looking."""
Trigger = Annotated[Watching | Segment, Field(discriminator="kind")]
_TRIGGER: Final[TypeAdapter[Watching | Segment]] = TypeAdapter(Trigger)


def trigger_of(kind: str, config: dict[str, Any]) -> Watching | Segment:
    """The trigger that a row keeps as a kind and its settings."""
    return _TRIGGER.validate_python({"kind": kind, **config})


def config_of(trigger: Watching | Segment) -> dict[str, Any]:
    """What a row keeps of a trigger beside its kind."""
    return trigger.model_dump(exclude={"kind"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as its row says, with its template; states follow from moments."""

    id: CampaignId
    name: str
    trigger_kind: TriggerKind
    trigger_config: dict[str, Any]
    template_id: TemplateId
    template_name: str
    template_body: str
    template_approval: str | None
    template_archived_at: datetime | None
    category: Category
    discount_percent: int | None
    gift: str | None
    code_days: int
    holdout_percent: int
    budget_centimos: int | None
    committed_micros: int
    quiet_from: int
    quiet_until: int
    created_at: datetime
    created_by: str | None
    changed_at: datetime
    activated_at: datetime | None
    paused_at: datetime | None
    paused_why: PausedWhy | None
    ended_at: datetime | None

    @property
    def state(self) -> CampaignState:
        """Where it stands."""
        if self.ended_at is not None:
            return "ended"
        if self.activated_at is None:
            return "draft"
        return "active" if self.paused_at is None else "paused"

    @property
    def trigger(self) -> Watching | Segment:
        """Whom it means."""
        return trigger_of(self.trigger_kind, self.trigger_config)

    @property
    def gives_something(self) -> bool:
        """Whether each message carries a code."""
        return self.discount_percent is not None or self.gift is not None

    @property
    def budget_micros(self) -> int | None:
        """What it may cost in all; None: no end."""
        return None if self.budget_centimos is None else self.budget_centimos * MICROS_OF_A_CENTIMO


def check_sendable(campaign: Campaign) -> None:
    """Refuse to start what could not be sent: template_not_approved, variable_unanswered."""
    if campaign.template_approval != "approved" or campaign.template_archived_at is not None:
        raise Refused("template_not_approved", state=campaign.template_approval or "draft")
    if "{{discount_code}}" in campaign.template_body and not campaign.gives_something:
        raise Refused("variable_unanswered", variable="discount_code")


# ---------------------------------------------------------------- what a message says


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """Everything that one message is made of, read at the moment of its claim."""

    send_id: SendId
    customer_id: CustomerId
    phone: str | None
    name: str | None
    template_id: TemplateId
    content_sid: str | None
    language: str
    body: str
    category: Category
    business: str
    business_code: str
    code: str | None
    token: str | None
    balance: int
    missing: int
    reward: str | None

    @property
    def link(self) -> str:
        """What follows `/k/` in the message's button."""
        return f"{self.business_code}{self.token or ''}"


_NO_REWARD: Final = {"es": "tu próximo premio", "en": "your next reward"}


def values_of(facts: MessageFacts) -> dict[Variable, str]:
    """What stands for each variable. None is ever empty: WhatsApp refuses a template with an empty one."""
    return {
        "name": first_name(facts.name or "") or facts.business,
        "discount_code": shown_code(facts.code) if facts.code else "-",
        "stamps": str(facts.balance),
        "missing": str(facts.missing),
        "reward": facts.reward or _NO_REWARD.get(facts.language, _NO_REWARD["es"]),
        "business": facts.business,
    }


def shown_code(code: str) -> str:
    """A discount code as people read it: XXXX-XXXX-XXXXX."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


# ---------------------------------------------------------------- when it is quiet


def minute_of(text: str) -> int:
    """Minutes since midnight of `HH:MM`."""
    return int(text[:2]) * 60 + int(text[3:])


def time_text(minute: int) -> str:
    """`HH:MM` of minutes since midnight."""
    return f"{minute // 60:02}:{minute % 60:02}"


def is_quiet(minute: int, quiet_from: int, quiet_until: int) -> bool:
    """Whether a minute of the shop's day lies in the quiet hours, which may go over midnight; the same twice: never."""
    if quiet_from <= quiet_until:
        return quiet_from <= minute < quiet_until
    return minute >= quiet_from or minute < quiet_until


def next_loud(moment: datetime, zone: str, quiet_from: int, quiet_until: int) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in, by the shop's own clock."""
    local = moment.astimezone(ZoneInfo(zone))
    if not is_quiet(local.hour * 60 + local.minute, quiet_from, quiet_until):
        return moment
    end = time(quiet_until // 60, quiet_until % 60)
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(moment.tzinfo)


# ---------------------------------------------------------------- what it costs


@dataclass(frozen=True, slots=True)
class Rate:
    """What one delivered template to a Peruvian phone costs from a day on, in micros: millionths of a sol."""

    since: date
    marketing: int
    utility: int
    source: str


# Not confirmed: Meta shows its list to those who have an account, and no public copy that we could read holds Peru's
# line. So these are what is quoted for Peru, Twilio's half cent and an assumed 3.70 soles to the dollar. Whoever runs
# sello compares them with the first bill and adds a line; what was sent before keeps its price.
RATES: Final[Sequence[Rate]] = (
    Rate(
        date(2025, 7, 1),
        278_610,
        92_500,
        "not confirmed: 0.0703 and 0.0200 USD as quoted for Peru, + Twilio 0.005 USD, 3.70 PEN a USD",
    ),
)


def price_of(category: Category, on: date) -> int:
    """Micros of one message of this category on that day."""
    rate = next((rate for rate in reversed(RATES) if rate.since <= on), RATES[0])
    return rate.marketing if category == "marketing" else rate.utility


def room_of(campaign: Campaign, waiting_micros: int, price: int) -> int | None:
    """How many more messages its budget allows beside those that wait; None: no end."""
    if campaign.budget_micros is None:
        return None
    return max(0, campaign.budget_micros - campaign.committed_micros - waiting_micros) // max(1, price)
