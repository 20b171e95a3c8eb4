"""Reward rules: what a shop promises for its stamps. Pure: types, their bounds and nothing else."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from sello.shared.validation import Body, Name

SMALLEST_WINDOW = timedelta(seconds=5)


class Step(Body):
    """One reward on the card: reached at stamp number `at`."""

    at: Annotated[int, Field(strict=True, ge=1, le=100)]
    title: Name


class RewardRules(Body):
    """The rules of one version. The card is full at the last step; earlier steps give their reward on the way.

    `cooldown_minutes` 0 also switches off the 5 s window against double scans. Caps count stamps given, voided ones
    included, per day in the shop's zone.
    """

    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=10)]
    cooldown_minutes: Annotated[int, Field(strict=True, ge=0, le=7 * 24 * 60)] = 30
    card_daily_cap: Annotated[int, Field(strict=True, ge=1, le=1000)] = 5
    staff_daily_cap: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 300
    most_per_purchase: Annotated[int, Field(strict=True, ge=1, le=100)] = 1

    @model_validator(mode="after")
    def _steps_rise(self) -> "RewardRules":
        places = [step.at for step in self.steps]
        if places != sorted(set(places)):
            raise ValueError("steps must rise")
        return self

    @property
    def stamps_required(self) -> int:
        """How many stamps fill the card."""
        return self.steps[-1].at

    @property
    def cooldown(self) -> timedelta:
        """The least time between two stamps of one card."""
        return timedelta(minutes=self.cooldown_minutes)


class RulesInForce(RewardRules):
    """A shop's present rules with the number of their version."""

    version: int
