"""What a template may say, what it says to somebody, and where it stands. Pure.

WhatsApp refuses a template that begins or ends with a variable, has two side by side or more variables than words to
carry them, and a message that is longer than 1,024 characters with everything filled in: refused here when it is
saved, since the provider takes a day to say so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args
from uuid import UUID

Variable = Literal["name", "discount_code", "stamps", "missing", "reward", "business"]
VARIABLES: Final[tuple[Variable, ...]] = get_args(Variable)
Language = Literal["es", "en"]
Category = Literal["marketing", "utility"]
ApprovedCategory = Literal["marketing", "utility", "authentication"]
Approval = Literal["received", "pending", "approved", "rejected", "paused", "disabled"]
State = Literal["draft", "submitting", "in_review", "approved", "rejected", "paused", "disabled", "archived"]
ProblemCode = Literal[
    "template_variable_unknown", "template_braces", "template_variable_edge", "template_variables_adjacent",
    "template_too_few_words", "template_too_long",
]  # fmt: skip

SHORTEST, LONGEST, MOST_FILLED = 10, 1000, 1024
# The longest each is filled in with; what is longer is cut.
ROOM: Final[dict[Variable, int]] = {
    "name": 40, "discount_code": 15, "stamps": 4, "missing": 4, "reward": 80, "business": 80,
}  # fmt: skip
SAMPLES: Final[dict[Language, dict[Variable, str]]] = {
    "es": {
        "name": "Ana", "discount_code": "7K2M-Q4XT-9B3HN", "stamps": "7", "missing": "3", "reward": "un café gratis",
        "business": "Café Luna",
    },
    "en": {
        "name": "Ana", "discount_code": "7K2M-Q4XT-9B3HN", "stamps": "7", "missing": "3", "reward": "a free coffee",
        "business": "Café Luna",
    },
}  # fmt: skip
LINK_TITLE: Final[dict[Language, str]] = {"es": "Ver mi tarjeta", "en": "See my card"}
OPT_OUT_TITLE: Final[dict[Language, str]] = {"es": "No recibir más", "en": "Stop messages"}
OPT_OUT_PAYLOAD: Final = "opt_out"

_VARIABLE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_SPACES: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `campaigns` that have not ended use it."""

    id: UUID
    name: str
    language: Language
    category: Category
    body: str
    created_at: datetime
    changed_at: datetime
    submitting_at: datetime | None
    content_sid: str | None
    submitted_at: datetime | None
    approval: Approval | None
    approval_at: datetime | None
    rejection_reason: str | None
    approved_category: ApprovedCategory | None
    archived_at: datetime | None
    campaigns: int = 0


class Button(NamedTuple):
    """A button under the words."""

    kind: Literal["link", "opt_out"]
    title: str


class Problem(NamedTuple):
    """Why WhatsApp would refuse it."""

    code: ProblemCode
    facts: dict[str, str | int]


def tidy(body: str) -> str:
    """The words as they are kept: no spaces inside the braces of variables, none at the end of a line."""
    plain = _VARIABLE.sub(lambda found: f"{{{{{found[1]}}}}}", body)
    return "\n".join(line.rstrip() for line in plain.replace("\r\n", "\n").split("\n")).strip()


def variables_in(body: str) -> tuple[Variable, ...]:
    """The variables of a tidy text in the order in which they first stand there: WhatsApp's numbers 1, 2, …"""
    known: dict[str, Variable] = {variable: variable for variable in VARIABLES}
    found = (known.get(said) for said in _VARIABLE.findall(body))
    return tuple(dict.fromkeys(variable for variable in found if variable is not None))


def problems_of(body: str) -> list[Problem]:
    """What WhatsApp, or we, would refuse in a tidy text; empty when it may be submitted."""
    said = _VARIABLE.findall(body)
    problems = [
        Problem("template_variable_unknown", {"variable": word or "{{}}"})
        for word in dict.fromkeys(said)
        if word not in VARIABLES
    ]
    rest = _VARIABLE.sub("\0", body)
    if "{" in rest or "}" in rest:
        problems.append(Problem("template_braces", {}))
    if rest.startswith("\0") or rest.endswith("\0"):
        problems.append(Problem("template_variable_edge", {}))
    if re.search(r"\0\s*\0", rest):
        problems.append(Problem("template_variables_adjacent", {}))
    words = len(_WORD.findall(rest))
    if said and words < 2 * len(said) + 1:
        problems.append(Problem("template_too_few_words", {"words": words, "least": 2 * len(said) + 1}))
    if (longest := longest_of(body)) > MOST_FILLED:
        problems.append(Problem("template_too_long", {"longest": longest, "most": MOST_FILLED}))
    return problems


def longest_of(body: str) -> int:
    """How long it is when every variable is filled in with as much as it takes."""
    room: dict[str, int] = {variable: most for variable, most in ROOM.items()}  # noqa: C416  # any word may be asked
    said = _VARIABLE.findall(body)
    return len(_VARIABLE.sub("", body)) + sum(room.get(word, 0) for word in said)


def content_variables(body: str, values: Mapping[Variable, str], *, link: str) -> dict[str, str]:
    """What is sent for the numbers of a template: its variables, and behind them the end of the link's address."""
    words = [_value(variable, values) for variable in variables_in(body)]
    return {str(number): word for number, word in enumerate([*words, link], 1)}


def text_of(body: str, values: Mapping[Variable, str]) -> str:
    """The words as somebody reads them. Filled in one pass: a person called `{{reward}}` is called that."""
    filled: dict[str, str] = {variable: _value(variable, values) for variable in VARIABLES}
    return _VARIABLE.sub(lambda found: filled.get(found[1], found[0]), body)


def numbered(body: str) -> str:
    """The words as WhatsApp wants them, with numbers for the variables."""
    numbers: dict[str, int] = {variable: number for number, variable in enumerate(variables_in(body), 1)}
    return _VARIABLE.sub(lambda found: f"{{{{{numbers.get(found[1], found[1])}}}}}", body)


def buttons_of(language: Language, category: Category) -> tuple[Button, ...]:
    """The card's link, and in whatever promotes the way out."""
    link = Button("link", LINK_TITLE[language])
    return (link, Button("opt_out", OPT_OUT_TITLE[language])) if category == "marketing" else (link,)


def state_of(template: Template) -> State:
    """Where it stands, in one word."""
    if template.archived_at is not None:
        return "archived"
    match template.approval:
        case "approved" | "rejected" | "paused" | "disabled" as word:
            return word
        case "received" | "pending":
            return "in_review"
        case None:
            if template.submitting_at is not None:
                return "in_review" if template.submitted_at is not None else "submitting"
            return "rejected" if template.rejection_reason is not None else "draft"


def is_editable(template: Template) -> bool:
    """Whether its words may still change: what was submitted is WhatsApp's until it was rejected."""
    return state_of(template) in ("draft", "rejected")


def is_sendable(approval: str | None, archived_at: datetime | None) -> bool:
    """Whether campaigns may send it now."""
    return approval == "approved" and archived_at is None


def is_recategorised(template: Template) -> bool:
    """Whether Meta put it elsewhere than where it was submitted; it costs what that costs."""
    return template.approved_category is not None and template.approved_category != template.category


def _value(variable: Variable, values: Mapping[Variable, str]) -> str:
    """A value as WhatsApp takes it: one line, not too long, and never nothing."""
    word = _SPACES.sub(" ", values.get(variable, "")).strip()
    room = ROOM[variable]
    return (word if len(word) <= room else word[: room - 1].rstrip() + "…") or "-"
