"""Put the page of terms together."""

from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sello.domains.business.identity import Signboard, who_in_words
from sello.domains.business.rules import RewardRules
from sello.domains.business.terms import queries
from sello.domains.business.terms.queries import Term, TermWithBody
from sello.domains.business.terms.rules import WORDS, terms_address, text_at
from sello.domains.business.wording import day_in_words, rules_in_words
from sello.infrastructure.database.db import Db
from sello.infrastructure.pages import Card, Link, Page, Sign, Texts
from sello.shared import clock
from sello.shared.errors import Language

TEXTS: Final = Texts(Path(__file__).with_name("texts"))
_MOST: Final = 50  # versions that the page links to


def sign_of(board: Signboard) -> Sign:
    """The shop's sign as pages draw it."""
    slug, colours = board.business.slug, board.colours
    return Sign(
        name=board.business.name,
        light=colours.light,
        dark=colours.dark,
        ink_on_light=colours.ink_on_light,
        ink_on_dark=colours.ink_on_dark,
        logo=f"/legal/{slug}/logo?v={board.logo.sha256.hex()[:12]}" if board.logo else None,
    )


async def terms_page(
    db: Db, board: Signboard, version: int | None, language: Language, *, base_url: str
) -> Page | None:
    """The terms of a version of the rules, or of those in force; None for a version that never was."""
    business, words = board.business, WORDS[language]
    term = await queries.term_of(db, business.id, business.rule_version if version is None else version)
    if term is None:
        return None
    versions = await queries.terms_of(db, business.id, most=_MOST)
    rules = RewardRules(**term.body)
    said = {"shop": business.name, "who": _who(board, language), "rules": rules_in_words(rules, language)}
    text = TEXTS.filled(text_at(_day(term.until or clock.now(), business.zone)), language, said)
    return Page(
        language=language,
        sign=sign_of(board),
        title=text.title,
        kicker=_when(term, business.zone, language),
        lead=text.lead,
        clauses=text.clauses,
        address=terms_address(base_url, business.slug, term.version),
        versions=[_link(each, board, language, shown=term.version) for each in versions],
        others=[Link(words["privacy"], f"/legal/{business.slug}/privacy")],
        more_versions=bool(versions) and versions[-1].version > 1,
        warning=_warning(board, term, language),
        card=Card(rules.stamps_required, tuple((step.at, step.title) for step in rules.steps)),
    )


def _warning(board: Signboard, term: TermWithBody, language: Language) -> str | None:
    if board.business.closed_at is not None:
        return WORDS[language]["closed"].format(shop=board.business.name)
    return WORDS[language]["old"] if term.until is not None else None


def _who(board: Signboard, language: Language) -> str:
    words = WORDS[language]
    if not board.identities:
        return words["nobody"].format(shop=board.business.name)
    present = board.identities[0]
    said = f"{who_in_words(present, language)}."
    return f"{said} {words['write'].format(email=present.email)}" if present.email else said


def _when(term: TermWithBody, zone: str, language: Language) -> str:
    words, since = WORDS[language], day_in_words(_day(term.since, zone), language)
    if term.until is None:
        return words["present"].format(version=term.version, since=since)
    return words["past"].format(version=term.version, since=since, until=day_in_words(_day(term.until, zone), language))


def _link(term: Term, board: Signboard, language: Language, *, shown: int) -> Link:
    business = board.business
    since = day_in_words(_day(term.since, business.zone), language)
    return Link(
        WORDS[language]["name"].format(version=term.version, since=since),
        f"/legal/{business.slug}/terms/{term.version}?lang={language}",
        present=term.version == business.rule_version and business.closed_at is None,
        shown=term.version == shown,
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
