"""Put the page of the privacy notice together."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sello.domains.business import Signboard, former_in_words, sign_of, who_in_words
from sello.domains.customer.notices.rules import WORDS, Facts, notice_address
from sello.domains.customer.rules import CONSENT_TEXTS, PENDING_KEPT, TEXT_VERSION, Language
from sello.infrastructure.pages import Clause, Link, Page, Quote, Texts

TEXTS: Final = Texts(Path(__file__).with_name("texts"))


@dataclass(frozen=True, slots=True)
class Platform:
    """What the notice says of whoever runs the platform; None where the settings do not say."""

    operator: str | None
    country: str | None
    answer_days: int


def notice_page(board: Signboard, version: str, language: Language, platform: Platform, *, base_url: str) -> Page:
    """The notice of this shop in one version of the text."""
    business, words = board.business, WORDS[language]
    notice = TEXTS.filled(version, language, asdict(_facts(board, language, platform)))
    short = CONSENT_TEXTS[version].en if language == "en" else CONSENT_TEXTS[version].es
    clauses = list(notice.clauses)
    former = former_in_words(board.identities, business.zone, language)
    if former:
        before: Clause = (words["former"], (), tuple(former))
        clauses.insert(1, before)
    return Page(
        language=language,
        sign=sign_of(board),
        title=notice.title,
        kicker=words["version"].format(version=version),
        lead=notice.lead,
        clauses=clauses,
        address=notice_address(base_url, business.slug, version),
        versions=[
            Link(
                words["version"].format(version=each),
                f"/legal/{business.slug}/privacy/{each}?lang={language}",
                present=each == TEXT_VERSION,
                shown=each == version,
            )
            for each in sorted(CONSENT_TEXTS, reverse=True)
        ],
        others=[Link(words["terms"], f"/legal/{business.slug}/terms")] if business.rule_version else [],
        warning=None if version == TEXT_VERSION else words["old"],
        quote=Quote(words["quote"].format(receipt=f"{version}-{language}"), (short.notice, short.marketing)),
    )


def _facts(board: Signboard, language: Language, platform: Platform) -> Facts:
    words, shop = WORDS[language], board.business.name
    present = board.identities[0] if board.identities else None
    return Facts(
        shop=shop,
        who=f"{who_in_words(present, language)}." if present else words["nobody"].format(shop=shop),
        write=words["write"].format(email=present.email) if present and present.email else "",
        operator=platform.operator or words["operator"],
        country=words["country"].format(country=platform.country) if platform.country else words["no_country"],
        days=platform.answer_days,
        pending_days=PENDING_KEPT.days,
    )
