"""What becomes of an accepted message, and who hears of it: its states one after the other, each with a callback."""

import asyncio

from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.book import Book, Message
from sello.infrastructure.whatsapp.simulator.faults import Calling, Fate, Plan
from sello.infrastructure.whatsapp.simulator.posting import Poster
from sello.infrastructure.whatsapp.simulator.refusals import SENTENCES, ways_of_failing
from sello.shared import clock

_SHUFFLE_SECONDS = 0.4


class Progress:
    """Moves messages on and calls back."""

    def __init__(self, book: Book, account: Account, poster: Poster, inbound_url: str) -> None:
        self._book = book
        self._account = account
        self._poster = poster
        self._inbound_url = inbound_url
        self._timers: set[asyncio.TimerHandle] = set()
        self.fate: Fate

    @property
    def busy(self) -> bool:
        """Whether a message will still move or a callback is still to be sent."""
        return bool(self._timers) or self._poster.busy

    def stop(self) -> None:
        """What would have happened does not."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def begin(self, message: Message, plan: Plan) -> None:
        """Set out an accepted message's ways."""
        if plan.fail is not None:
            states = ways_of_failing(plan.fail)
        else:
            reads = self.fate.happens(plan.calling.read_share)
            states = ("sent", "delivered", "read") if reads else ("sent", "delivered")
        step = self.fate.switches.step_ms / 1000
        for number, state in enumerate(states, 1):
            error = plan.fail if state in ("failed", "undelivered") else None
            self._later(number * step, message, state, error, plan.calling)

    def read(self, message: Message) -> None:
        """The person has looked at it."""
        if message.status == "delivered":
            self._move(message, "read", None, self.fate.switches.callbacks)

    async def inbound(self, message: Message, facts: dict[str, str]) -> int:
        """Tell us that the person wrote; the status of our answer."""
        params = {
            **self._about(message),
            "SmsMessageSid": message.sid,
            "SmsStatus": "received",
            "MessageType": "button" if "ButtonPayload" in facts else "text",
            "NumSegments": "1",
            "NumMedia": "0",
            "ReferralNumMedia": "0",
            "WaId": message.sender.removeprefix("+"),
            "Body": message.body,
            **facts,
        }
        answered = asyncio.get_running_loop().create_future()
        self._poster.post(self._inbound_url, params, key=hash(message.phone), told=answered.set_result)
        return int(await answered)

    def _later(self, seconds: float, message: Message, state: str, error: int | None, calling: Calling) -> None:
        def happen() -> None:
            self._timers.discard(timer)
            self._move(message, state, error, calling)

        timer = asyncio.get_running_loop().call_later(seconds, happen)
        self._timers.add(timer)

    def _move(self, message: Message, state: str, error: int | None, calling: Calling) -> None:
        self._book.move(message, state, error=error)
        if message.callback is None or not calling.enabled:
            return
        for _ in range(calling.copies):
            if self.fate.happens(calling.lost):
                continue
            wait = calling.delay_ms / 1000 + (self.fate.shuffled(_SHUFFLE_SECONDS) if calling.shuffle else 0.0)
            if wait:
                self._call_later(wait, message, state, error, shuffled=calling.shuffle)
            else:
                self._call(message, state, error, shuffled=False)

    def _call_later(self, wait: float, message: Message, state: str, error: int | None, *, shuffled: bool) -> None:
        def happen() -> None:
            self._timers.discard(timer)
            self._call(message, state, error, shuffled=shuffled)

        timer = asyncio.get_running_loop().call_later(wait, happen)
        self._timers.add(timer)

    def _call(self, message: Message, state: str, error: int | None, *, shuffled: bool) -> None:
        assert message.callback is not None  # noqa: S101  # asked before
        url = message.callback.partition("#")[0]
        params = {
            **self._about(message),
            "SmsStatus": state,
            "MessageStatus": state,
            "ChannelInstallSid": "XE5e1105e1105e1105e1105e1105e1105e",
            "StructuredMessage": "false",
        }
        if state in ("delivered", "read"):
            params["EventType"] = state.upper()
        if error is not None:
            sentence = SENTENCES.get(error, "Unknown error")
            params |= {"ErrorCode": str(error), "ErrorMessage": sentence, "ChannelStatusMessage": sentence}
        sent_at = clock.now().timestamp()

        def told(http: int) -> None:
            self._book.ledger.write(
                "callback", sid=message.sid, status=state, error_code=error, url=url, http=http, sent_at=sent_at
            )

        key = int(self.fate.shuffled(1000)) if shuffled else message.number
        self._poster.post(url, params, key=key, told=told)

    def _about(self, message: Message) -> dict[str, str]:
        return {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": self._account.sid,
            "From": f"whatsapp:{message.sender}",
            "To": f"whatsapp:{message.to}",
            "ChannelPrefix": "whatsapp",
            "ApiVersion": "2010-04-01",
        }
