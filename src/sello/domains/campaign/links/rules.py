"""How a short link reads, and who counts as a person. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

TOKEN_LENGTH: Final = 13  # 65 bits
KEPT: Final = timedelta(days=90)  # after its end a link still leads to the card for so long

_CODE_LENGTH: Final = 6
_LINK: Final = re.compile(r"[0-9A-Z]{6}[0-9A-HJKMNP-TV-Z]{13}")

# Programs that look at a link for a chat, a list or a search, not because somebody touched it.
_PROGRAMS: Final = re.compile(
    r"whatsapp/|facebookexternalhit|facebot|meta-external|telegrambot|twitterbot|slackbot|linkedinbot|discordbot|"
    r"skypeuripreview|googlebot|google-|bingpreview|bot\b|crawler|spider|preview|monitor|"
    r"curl/|wget/|python-|go-http|okhttp|java/|libwww|headless",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: the holder's card, None once they were erased; and the send that it was in."""

    send_id: UUID
    card_link: str | None


def link_path(code: str, token: str) -> str:
    """The path of a link, without its first slash. `code` is the shop's."""
    return f"k/{code}{token}"


def link_address(base_url: str, code: str, token: str) -> str:
    """The whole address of a link."""
    return f"{base_url}/{link_path(code, token)}"


def split_short(text: str) -> tuple[str, str] | None:
    """The shop's code and the token in the text after `/k/`, or None for what was never one."""
    return (text[:_CODE_LENGTH], text[_CODE_LENGTH:]) if _LINK.fullmatch(text) else None


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request was made by somebody who touched the link, as far as its headers tell.

    Chats fetch links before anybody does, and browsers fetch ahead: those say so, and do not count.
    """
    agent = headers.get("user-agent", "")
    ahead = f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')} {headers.get('x-moz', '')}".casefold()
    if method != "GET" or not agent or _PROGRAMS.search(agent):
        return False
    return not any(word in ahead for word in ("prefetch", "prerender", "preview"))
