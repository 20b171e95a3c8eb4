"""Twilio's Content: templates, and WhatsApp's approval of them, which comes after a while."""

import re
import secrets
from typing import Any, Final

import msgspec

from sello.infrastructure.playing.serving import Answer
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.book import Book, Template, iso
from sello.infrastructure.whatsapp.simulator.progress import Progress
from sello.infrastructure.whatsapp.simulator.refusals import refused
from sello.shared import clock

_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
_CATEGORIES: Final = ("UTILITY", "MARKETING", "AUTHENTICATION")
_HOST: Final = "https://content.twilio.com"


class _New(msgspec.Struct):
    language: str
    types: dict[str, dict[str, Any]]
    friendly_name: str = ""
    variables: dict[str, str] = {}


class _Submission(msgspec.Struct):
    name: str
    category: str


class Contents:
    """The endpoints below /v1/Content."""

    def __init__(self, book: Book, account: Account, progress: Progress) -> None:
        self._book = book
        self._account = account
        self._progress = progress

    def create(self, body: bytes) -> Answer:
        """A new content, not yet submitted."""
        try:
            new = msgspec.json.decode(body, type=_New)
        except msgspec.DecodeError:
            return refused(20001)
        if not new.types:
            return refused(20001)
        sid = f"HX{secrets.token_hex(16)}"
        template = Template(sid, new.friendly_name, new.language, new.variables, new.types, clock.now().timestamp())
        self._book.keep(template)
        return Answer.json(self._json(template), 201)

    def fetch(self, sid: str) -> Answer:
        """One content."""
        template = self._book.templates.get(sid)
        return refused(20404) if template is None else Answer.json(self._json(template))

    def delete(self, sid: str) -> Answer:
        """Forget a content."""
        if self._book.templates.pop(sid, None) is None:
            return refused(20404)
        self._book.ledger.write("content_deleted", sid=sid)
        return Answer(204)

    def list(self, query: dict[str, str], *, approvals: bool) -> Answer:
        """A page of contents, the newest first; with where their approval stands, when asked."""
        try:
            size, page = min(max(int(query.get("PageSize", "50")), 1), 1000), int(query.get("Page", "0"))
        except ValueError:
            return refused(20001)
        everything = list(reversed(self._book.templates.values()))
        chosen = everything[page * size : (page + 1) * size]
        path = f"{_HOST}/v1/{'ContentAndApprovals' if approvals else 'Content'}?PageSize={size}"
        more = len(everything) > (page + 1) * size
        contents = [
            self._json(one) | ({"approval_requests": self._approval(one)} if approvals else {}) for one in chosen
        ]
        return Answer.json(
            {
                "contents": contents,
                "meta": {
                    "first_page_url": f"{path}&Page=0",
                    "key": "contents",
                    "next_page_url": f"{path}&Page={page + 1}&PageToken=DN{page + 1}" if more else None,
                    "page": page,
                    "page_size": size,
                    "previous_page_url": f"{path}&Page={page - 1}" if page else None,
                    "url": f"{path}&Page={page}",
                },
            }
        )

    def submit(self, sid: str, body: bytes) -> Answer:
        """Hand it to WhatsApp: received at once, the verdict later. A name is used once, ever."""
        template = self._book.templates.get(sid)
        if template is None:
            return refused(20404)
        try:
            said = msgspec.json.decode(body, type=_Submission)
        except msgspec.DecodeError:
            return refused(20001)
        used = {one.approval["name"] for one in self._book.templates.values() if one.approval}
        if not _NAME.fullmatch(said.name) or said.category not in _CATEGORIES or said.name in used:
            return refused(20001)
        template.approval = {
            "name": said.name, "category": said.category, "status": "received", "rejection_reason": "",
            "content_type": next(iter(template.types)), "allow_category_change": True, "at": clock.now().timestamp(),
        }  # fmt: skip
        self._book.keep(template)
        return Answer.json({name: value for name, value in template.approval.items() if name != "at"}, 201)

    def approval(self, sid: str) -> Answer:
        """Where its approval stands."""
        template = self._book.templates.get(sid)
        if template is None:
            return refused(20404)
        return Answer.json(
            {
                "sid": sid,
                "account_sid": self._account.sid,
                "url": f"{_HOST}/v1/Content/{sid}/ApprovalRequests",
                "whatsapp": {"type": "whatsapp", **self._approval(template)},
            }
        )

    def _approval(self, template: Template) -> dict[str, Any]:
        """What WhatsApp says by now: its verdict is reached when somebody asks late enough."""
        if template.approval is None:
            return {"status": "unsubmitted", "name": "", "category": "", "rejection_reason": ""}
        said, verdict = template.approval, self._progress.fate.switches.approval
        # A template that has its verdict may get another one: Meta pauses and disables what people dislike.
        if clock.now().timestamp() - said["at"] >= verdict.delay_ms / 1000:
            now = (verdict.verdict, verdict.reason or "", verdict.category or said["category"])
            if now != (said["status"], said["rejection_reason"], said["category"]):
                said["status"], said["rejection_reason"], said["category"] = now
                self._book.keep(template)
        elif said["status"] == "received":
            said["status"] = "pending"
        return {name: value for name, value in said.items() if name != "at"}

    def _json(self, template: Template) -> dict[str, Any]:
        url = f"{_HOST}/v1/Content/{template.sid}"
        return {
            "account_sid": self._account.sid,
            "date_created": iso(template.created),
            "date_updated": iso(template.created),
            "friendly_name": template.name,
            "language": template.language,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
            "sid": template.sid,
            "types": template.types,
            "url": url,
            "variables": template.variables,
        }
