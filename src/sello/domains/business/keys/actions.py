"""Make a key, end it, and tell whom a shown one speaks for."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sello.domains.business.audit import write_audit
from sello.domains.business.keys import queries, rules
from sello.domains.business.keys.rules import KeyStanding
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import clock
from sello.shared.auth import Caller, Claims, Scope
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, new_id


@dataclass(frozen=True, slots=True, repr=False)
class NewKey:
    """A key just made; its text is kept nowhere."""

    id: AccountId
    text: str


async def make_key(
    db: Db, platform: PlatformDb, caller: Caller, *, name: str, scopes: list[Scope], expires_at: datetime | None
) -> NewKey:
    """A key of the shop. Refuses invalid (an end that has passed), too_many_keys."""
    if expires_at is not None and expires_at <= clock.now():
        raise Refused("invalid", fields=[{"path": "expires_at", "problem": "is in the past"}])
    key_id, business_id = AccountId(new_id()), caller.business_id
    prefix, secret = _random(rules.PREFIX_LENGTH), _random(rules.SECRET_LENGTH)

    if await queries.live_keys(db, business_id) >= rules.MOST_KEYS:
        raise Refused("too_many_keys", most=rules.MOST_KEYS)
    # Accounts are no tenant's. One whose key was not made after all has no password, no shop and no use.
    await queries.insert_machine_account(platform, key_id, name=name)

    async def work(tx: Db) -> None:
        await queries.insert_machine(tx, business_id, key_id, name=name)
        await queries.insert_key(
            tx,
            business_id,
            key_id,
            prefix=prefix,
            secret_hash=rules.secret_hash(secret),
            scopes=sorted(set(scopes)),
            created_by=None if caller.role == "admin" else caller.account_id,
            expires_at=expires_at,
        )
        await write_audit(
            tx,
            business_id,
            account_id=caller.account_id,
            action="api_key.created",
            subject_id=key_id,
            details={"scopes": sorted(set(scopes))},
        )

    await db.transact(business_id, work)
    return NewKey(key_id, rules.key_text(prefix, secret))


def _random(length: int) -> str:
    return "".join(secrets.choice(rules.LETTERS) for _ in range(length))


async def end_key(db: Db, caller: Caller, key_id: AccountId) -> None:
    """Revoke a key: stamps are refused at once, everything else within 2 seconds. Refuses not_found."""

    async def work(tx: Db) -> None:
        if await queries.revoke_key(tx, caller.business_id, key_id) == 0:
            raise Refused("not_found")
        await queries.end_machine(tx, caller.business_id, key_id)
        await write_audit(
            tx, caller.business_id, account_id=caller.account_id, action="api_key.revoked", subject_id=key_id
        )

    await db.transact(caller.business_id, work)


class LiveKeys:
    """Whom a shown key speaks for, asked of the database at most every 2 seconds for each key.

    Remembered by the hash of what was shown, so that no secret stays in memory and a wrong one never hits a right one.
    """

    def __init__(
        self,
        db: PlatformDb,
        *,
        seconds: float = 2.0,
        most: int = 10_000,
        stopwatch: Callable[[], float] = monotonic,
    ) -> None:
        """`most` keys are remembered; beyond that the longest-known are forgotten first."""
        self._db = db
        self._seconds = seconds
        self._most = most
        self._stopwatch = stopwatch
        self._known: dict[tuple[str, bytes], tuple[float, KeyStanding | None]] = {}

    async def claims(self, text: str) -> Claims:
        """Refuses unauthenticated, key_ended, business_closed, business_suspended."""
        read = rules.read_key(text)
        if read is None:
            raise Refused("unauthenticated")
        return rules.claims_of(rules.check_key(await self._standing(*read), read[1]))

    async def _standing(self, prefix: str, shown: bytes) -> KeyStanding | None:
        asked, name = self._stopwatch(), (prefix, shown)
        known = self._known.get(name)
        if known is not None and known[0] > asked:
            return known[1]
        standing = await queries.key_standing(self._db, prefix)
        if standing is not None and standing.unseen and secrets.compare_digest(standing.secret_hash, shown):
            await queries.touch_key(self._db, standing.id, standing.business_id)
        self._known.pop(name, None)  # put back at the end: the dictionary stays in the order of expiry
        while self._known and (len(self._known) >= self._most or next(iter(self._known.values()))[0] <= asked):
            self._known.pop(next(iter(self._known)))
        self._known[name] = (asked + self._seconds, standing)
        return standing
