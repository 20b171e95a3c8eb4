"""Prove a person; turn their second factor on and off."""

import math
import secrets
from uuid import UUID

from sello.domains.business.audit import Action, write_audit_as_platform
from sello.domains.business.credentials import queries, rules
from sello.domains.business.credentials.queries import Credentials
from sello.infrastructure.database.db import PlatformDb
from sello.shared import clock
from sello.shared.auth import Claims, Keys, Passwords
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import AccountId, new_id
from sello.shared.logs import auth_event

# Failures within 15 minutes before more attempts are refused.
PER_PAIR = 5  # one account from one network
PER_ACCOUNT = 50  # one account from everywhere
PER_NETWORK = 100  # one network, whatever the account

# What somebody with the right password may be told.
_NO_GUESS = {"second_factor_required", "second_factor_missing"}


async def prove(
    db: PlatformDb,
    passwords: Passwords,
    keys: Keys,
    *,
    email: str,
    password: str,
    network: str,
    second_factor: bool = False,
    code: str | None = None,
) -> Credentials:
    """The account whose password (and, if asked for, one-time code) this is.

    Refuses slow_down before any hashing, credentials_wrong (alike for an unknown account, and as slowly),
    second_factor_required, second_factor_wrong, second_factor_missing (an admin without one), busy.
    The attempt counts as a failure from the start and is taken back on success, so guesses racing through several
    processes cannot pass the limit and a crash forgives nobody. Within a process an account is proved by one at a
    time, so that those who know the password do not count against each other.
    """
    async with passwords.turn(email):
        attempt = await _claim_attempt(db, keys, email=email, network=network)
        try:
            person = await queries.credentials_by_email(db, email)
            if not await passwords.matches(password, person.password_hash if person else None) or person is None:
                raise Refused("credentials_wrong")
            if second_factor:
                await _prove_second_factor(db, keys, person, code)
        except Refused as refused:
            auth_event("proof", outcome="refused", code=refused.code)
            if isinstance(refused, Unavailable) or refused.code in _NO_GUESS:
                await queries.delete_attempt(db, attempt)
            raise
        await queries.delete_attempt(db, attempt)
        return person


async def _claim_attempt(db: PlatformDb, keys: Keys, *, email: str, network: str) -> UUID:
    """Count an attempt, or refuse slow_down with the seconds to wait. Locks the account's attempts."""
    account, here, attempt = _account_hash(keys, email), network_hash(keys, network), new_id()

    async def work(tx: PlatformDb) -> queries.Blocked | None:
        await queries.lock_attempts(tx, account)
        found = await queries.blocked(
            tx,
            account_hash=account,
            network_hash=here,
            email=email,
            pair=PER_PAIR,
            account=PER_ACCOUNT,
            network=PER_NETWORK,
        )
        if found is None or found.seconds is None or found.seconds <= 0:
            await queries.insert_attempt(tx, attempt, account_hash=account, network_hash=here)
            return None
        return found

    blocked = await db.transact(work)
    if blocked is not None and blocked.seconds is not None:
        auth_event("proof", outcome="refused", code="slow_down")
        raise Refused("slow_down", after=math.ceil(blocked.seconds))
    return attempt


async def _prove_second_factor(db: PlatformDb, keys: Keys, person: Credentials, code: str | None) -> None:
    if person.totp_confirmed_at is None or person.totp_secret is None:
        if person.is_admin:
            raise Refused("second_factor_missing")
        return
    if not code:
        raise Refused("second_factor_required")
    secret = rules.unseal(keys, person.account_id, person.totp_secret)
    step = rules.step_of(secret, code, clock.now())
    if step is None or await queries.use_totp_step(db, person.account_id, step=step) == 0:
        raise Refused("second_factor_wrong")


async def forget_failures(db: PlatformDb, keys: Keys, email: str) -> None:
    """Forget an account's failures, for somebody who proved to own its mailbox."""
    await queries.delete_attempts(db, _account_hash(keys, email))


def network_hash(keys: Keys, network: str) -> bytes:
    """What is kept of a network: nothing that could be read back."""
    return keys.mac("network", network.encode())


def _account_hash(keys: Keys, email: str) -> bytes:
    return keys.mac("login-account", email.encode())


def new_sealed_secret(keys: Keys, account_id: AccountId) -> tuple[bytes, bytes]:
    """A fresh second-factor secret, plain and as it rests in the account's row."""
    secret = secrets.token_bytes(rules.SECRET_BYTES)
    return secret, rules.seal(keys, account_id, secret, nonce=secrets.token_bytes(rules.NONCE_BYTES))


async def propose_second_factor(
    db: PlatformDb, passwords: Passwords, keys: Keys, claims: Claims, *, password: str, network: str
) -> tuple[str, str]:
    """A fresh secret as text and as otpauth URI; it counts once a code confirms it.

    Refuses second_factor_exists, and what `prove` refuses.
    """
    person = await prove_again(db, passwords, keys, claims.account_id, password=password, network=network)
    secret, sealed = new_sealed_secret(keys, person.account_id)
    if await queries.propose_totp(db, person.account_id, sealed) == 0:
        raise Refused("second_factor_exists")
    return rules.secret_text(secret), rules.otpauth_uri(secret, person.email)


async def confirm_second_factor(db: PlatformDb, keys: Keys, claims: Claims, *, code: str) -> None:
    """Turn the second factor on. Refuses second_factor_exists, second_factor_missing, second_factor_wrong."""
    person = await queries.credentials_of(db, claims.account_id)
    if person is None:
        raise Refused("unauthenticated")
    if person.totp_confirmed_at is not None:
        raise Refused("second_factor_exists")
    if person.totp_secret is None:
        raise Refused("second_factor_missing")
    sealed = person.totp_secret
    step = rules.step_of(rules.unseal(keys, person.account_id, sealed), code, clock.now())
    if step is None:
        raise Refused("second_factor_wrong")

    async def work(tx: PlatformDb) -> None:
        if await queries.confirm_totp(tx, person.account_id, sealed=sealed, step=step) == 0:
            raise Refused("second_factor_exists")
        await _audit(tx, claims, "second_factor.added")

    await db.transact(work)


async def end_second_factor(
    db: PlatformDb, passwords: Passwords, keys: Keys, claims: Claims, *, password: str, network: str
) -> None:
    """Turn the second factor off. Refuses second_factor_missing when it is off, forbidden for an admin."""
    person = await prove_again(db, passwords, keys, claims.account_id, password=password, network=network)
    if person.is_admin:
        raise Refused("forbidden")

    async def work(tx: PlatformDb) -> None:
        if await queries.clear_totp(tx, person.account_id) == 0:
            raise Refused("second_factor_missing")
        await _audit(tx, claims, "second_factor.removed")

    await db.transact(work)


async def prove_again(
    db: PlatformDb, passwords: Passwords, keys: Keys, account_id: AccountId, *, password: str, network: str
) -> Credentials:
    """Somebody signed in types their password once more; refuses what `prove` refuses."""
    person = await queries.credentials_of(db, account_id)
    if person is None:
        raise Refused("unauthenticated")
    return await prove(db, passwords, keys, email=person.email, password=password, network=network)


async def _audit(db: PlatformDb, claims: Claims, action: Action) -> None:
    await write_audit_as_platform(
        db, claims.business_id, account_id=claims.account_id, action=action, subject_id=claims.account_id
    )
