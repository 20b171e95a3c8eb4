"""Register, prove a mailbox, set and change passwords.

Registration and reset answer alike for known and unknown e-mails, and after the same time: what differs happens
inside `_evenly`, what is written differs by a mail.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from sello.domains.business.accounts import queries, rules
from sello.domains.business.accounts.rules import NewShop, RegisteredShop, TokenKind
from sello.domains.business.audit import write_audit_as_platform
from sello.domains.business.credentials import forget_failures, new_sealed_secret, otpauth_uri, prove
from sello.domains.business.sessions import end_all_sessions
from sello.events import BusinessRegistered
from sello.infrastructure.database import facts, jobs
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Claims, Keys, Passwords, check_new_password, read_link, sign_link
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, new_id, random_code
from sello.shared.logs import auth_event

EVEN_SECONDS = 0.25
Result = TypeVar("Result")


async def _evenly(work: Awaitable[Result]) -> Result:
    """Take a quarter of a second, whichever branch the work takes: its few statements are lost in it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + EVEN_SECONDS
    try:
        return await work
    finally:
        await asyncio.sleep(until - loop.time())


async def register(
    db: PlatformDb, passwords: Passwords, *, email: str, password: str, name: str, shop: NewShop
) -> None:
    """Register a person and their shop, and send the link that proves the mailbox.

    For an e-mail that has an account nothing changes; its owner gets a mail that says so, with a link to choose a
    new password. Refuses password_too_short, password_too_long, slug_taken, busy, alike for both.
    """
    hashed = await passwords.hash(check_new_password(password))

    async def work(tx: PlatformDb) -> None:
        if shop.slug is not None and await queries.slug_is_taken(tx, shop.slug):
            raise Refused("slug_taken")
        made = await register_shop(tx, shop, email=email, name=name, password_hash=hashed, verified=False)
        if made is not None:
            await _send_link(tx, made.account_id, "verify_email", job="mail.verify")
            return
        known = await queries.account_by_email(tx, email)
        if known is not None:
            await _send_link(tx, known, "reset_password", job="mail.already_registered")

    await _evenly(db.transact(work))


async def register_shop(
    tx: PlatformDb, shop: NewShop, *, email: str, name: str, password_hash: str, verified: bool
) -> RegisteredShop | None:
    """Create account, shop and owner in the caller's transaction; None when the e-mail has an account.

    Refuses slug_taken for a wished-for address; one made from the name gets a suffix instead.
    """
    account_id, business_id = AccountId(new_id()), BusinessId(new_id())
    if not await queries.insert_account(
        tx, account_id, email=email, name=name, password_hash=password_hash, verified=verified
    ):
        return None
    slug = await _insert_business(tx, business_id, shop)
    await queries.insert_owner(tx, business_id, account_id, name)
    await facts.record_as_platform(tx, business_id, BusinessRegistered(account_id=account_id))
    await write_audit_as_platform(
        tx, business_id, account_id=account_id, action="business.registered", subject_id=business_id
    )
    return RegisteredShop(business_id, account_id, slug)


async def _insert_business(tx: PlatformDb, business_id: BusinessId, shop: NewShop) -> str:
    slug = shop.slug or rules.slug_of(shop.name)
    for _ in range(5):
        if await queries.insert_business(tx, business_id, code=random_code(6), slug=slug, name=shop.name):
            return slug
        if shop.slug is None:
            slug = rules.with_suffix(rules.slug_of(shop.name), random_code(5))
    raise Refused("slug_taken")


async def _send_link(tx: PlatformDb, account_id: AccountId, kind: TokenKind, *, job: str) -> None:
    """Queue a mail with a fresh link; beyond three an hour to one account, none. Takes the turn of its mailbox."""
    id_ = new_id()
    await queries.take_mail_turn(tx, account_id)
    if await queries.insert_token(
        tx, id_, account_id, kind=kind, lifetime=rules.LIFETIMES[kind], most=rules.MOST_LINKS_AN_HOUR
    ):
        await jobs.enqueue(tx, job, {"token_id": str(id_)}, priority=jobs.MAIL)


async def verify_email(db: PlatformDb, keys: Keys, token: str) -> None:
    """Believe that the mailbox is theirs. Refuses link_invalid."""
    id_ = read_link(keys, "verify_email", token)
    if id_ is None:
        raise Refused("link_invalid")

    async def work(tx: PlatformDb) -> AccountId:
        account_id = await queries.use_token(tx, id_, kind="verify_email")
        if account_id is None:
            raise Refused("link_invalid")
        await queries.mark_verified(tx, account_id)
        return account_id

    account_id = await db.transact(work)
    auth_event("email_verified", outcome="ok", account_id=account_id)


async def request_reset(db: PlatformDb, *, email: str) -> None:
    """Send a link to choose a new password, if the e-mail has an account; nobody can tell from outside."""

    async def work(tx: PlatformDb) -> None:
        account_id = await queries.account_by_email(tx, email)
        if account_id is not None:
            await _send_link(tx, account_id, "reset_password", job="mail.reset")

    await _evenly(db.transact(work))


async def reset_password(db: PlatformDb, passwords: Passwords, keys: Keys, *, token: str, password: str) -> None:
    """Set a password by a mailed link: every session ends, and failures against the account are forgotten.

    The link also proves the mailbox. Refuses link_invalid, password_too_short, password_too_long, busy.
    """
    check_new_password(password)
    id_ = read_link(keys, "reset_password", token)
    if id_ is None or await queries.token_holder(db, id_, kind="reset_password") is None:
        raise Refused("link_invalid")
    hashed = await passwords.hash(password)

    async def work(tx: PlatformDb) -> AccountId:
        account_id = await queries.use_token(tx, id_, kind="reset_password")
        account = await queries.account_of(tx, account_id) if account_id else None
        if account is None:
            raise Refused("link_invalid")
        await queries.set_password(tx, account.id, hashed)
        await queries.mark_verified(tx, account.id)
        await queries.end_tokens(tx, account.id, kind="reset_password")
        await forget_failures(tx, keys, account.email)
        await end_all_sessions(tx, account.id)
        await _tell_changed(tx, account.id, None)
        return account.id

    auth_event("password_reset", outcome="ok", account_id=await db.transact(work))


async def change_password(
    db: PlatformDb, passwords: Passwords, keys: Keys, claims: Claims, *, current: str, new: str, network: str
) -> None:
    """Change the caller's password: their other sessions end.

    Refuses credentials_wrong, slow_down, password_too_short, password_too_long, busy.
    """
    check_new_password(new)
    account = await queries.account_of(db, claims.account_id)
    if account is None:
        raise Refused("unauthenticated")
    person = await prove(db, passwords, keys, email=account.email, password=current, network=network)
    hashed = await passwords.hash(new)

    async def work(tx: PlatformDb) -> None:
        if not await queries.set_password(tx, account.id, hashed, instead_of=person.password_hash):
            raise Refused("credentials_wrong")
        await queries.end_tokens(tx, account.id, kind="reset_password")
        await end_all_sessions(tx, account.id, but=claims.session_id)
        await _tell_changed(tx, account.id, claims.business_id)

    await db.transact(work)
    auth_event("password_changed", outcome="ok", account_id=account.id)


async def _tell_changed(tx: PlatformDb, account_id: AccountId, business_id: BusinessId | None) -> None:
    await write_audit_as_platform(
        tx, business_id, account_id=account_id, action="password.changed", subject_id=account_id
    )
    payload = {"account_id": str(account_id), "change_id": str(new_id())}
    await jobs.enqueue(tx, "mail.password_changed", payload, priority=jobs.MAIL)


async def send_first_link(tx: PlatformDb, keys: Keys, account_id: AccountId, *, base_url: str) -> str:
    """Mail somebody who never had a password here the link that sets one, in the caller's transaction; the link."""
    id_: UUID = new_id()
    kind: TokenKind = "reset_password"
    await queries.take_mail_turn(tx, account_id)
    await queries.insert_token(tx, id_, account_id, kind=kind, lifetime=rules.FIRST_LINK, most=rules.MOST_LINKS_AN_HOUR)
    await jobs.enqueue(tx, "mail.reset", {"token_id": str(id_)}, priority=jobs.MAIL)
    return rules.page(base_url, "reset-password", sign_link(keys, kind, id_))


async def create_admin(
    db: PlatformDb, passwords: Passwords, keys: Keys, *, email: str, name: str, password: str
) -> str:
    """Create a platform admin; the otpauth URI for their authenticator app, which is shown this once.

    Refuses email_taken, password_too_short, password_too_long.
    """
    hashed = await passwords.hash(check_new_password(password))
    account_id, email = AccountId(new_id()), email.strip().lower()
    secret, sealed = new_sealed_secret(keys, account_id)

    async def work(tx: PlatformDb) -> None:
        made = await queries.insert_account(tx, account_id, email=email, name=name, password_hash=hashed, verified=True)
        if not made:
            raise Refused("email_taken")
        await queries.insert_admin(tx, account_id, sealed=sealed)
        await write_audit_as_platform(tx, None, account_id=account_id, action="admin.created", subject_id=account_id)

    await db.transact(work)
    return otpauth_uri(secret, email)
