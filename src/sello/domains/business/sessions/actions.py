"""Sign in, refresh, sign out."""

from dataclasses import dataclass

from sello.domains.business.audit import write_audit_as_platform
from sello.domains.business.credentials import Credentials, network_hash, prove
from sello.domains.business.sessions import queries, rules
from sello.domains.business.sessions.queries import hold_till
from sello.domains.business.sessions.rules import Membership, Standing
from sello.domains.business.sign_ins import insert_sign_in
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Claims, Keys, Passwords, Role, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, DeviceId, SessionId, new_id
from sello.shared.logs import auth_event


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """The two tokens of a session and whom they speak for."""

    access_token: str
    refresh_token: str
    business_id: BusinessId | None
    role: Role


@dataclass(frozen=True, slots=True, repr=False)
class LogIn:
    """What somebody who signs in says about themselves; `device` is the till they stand at, by its own token."""

    email: str
    password: str
    code: str | None
    business_id: BusinessId | None
    network: str
    agent: str
    device: Claims | None = None


async def log_in(
    db: PlatformDb, passwords: Passwords, keys: Keys, tokens: TokenIssuer, who: LogIn
) -> tuple[SignedIn, list[Membership]]:
    """Open a session: for an admin who names no shop on the platform, for everybody else at a shop.

    Refuses what `credentials.prove` refuses, email_not_verified, no_membership, business_suspended, business_closed
    and device_ended; the last five only to somebody with the right password.
    """
    person = await prove(
        db,
        passwords,
        keys,
        email=who.email,
        password=who.password,
        network=who.network,
        second_factor=True,
        code=who.code,
    )
    if person.email_verified_at is None:
        raise Refused("email_not_verified")
    memberships = await queries.memberships_of(db, person.account_id)
    wanted = who.device.business_id if who.device else who.business_id
    on_platform = person.is_admin and wanted is None
    chosen = None if on_platform else rules.choose_membership(memberships, wanted)
    id_ = await _open_session(db, keys, person, chosen, who)
    auth_event("log_in", outcome="ok", account_id=person.account_id, session_id=id_)
    device_id = who.device.device_id if who.device else None
    return _signed_in(keys, tokens, person.account_id, id_, chosen, device_id), memberships


async def _open_session(
    db: PlatformDb, keys: Keys, person: Credentials, chosen: Membership | None, who: LogIn
) -> SessionId:
    id_ = SessionId(new_id())
    opened = await (
        _open_on_platform(db, keys, id_, person, who)
        if chosen is None
        else _open_at_shop(db, keys, id_, person, chosen, who)
    )
    if opened == 0:  # the password, the membership or the admin's row ended between the proof and now
        raise Refused("credentials_wrong")
    return id_


async def _open_on_platform(db: PlatformDb, keys: Keys, id_: SessionId, person: Credentials, who: LogIn) -> int:
    return await queries.insert_admin_session(
        db,
        id_,
        account_id=person.account_id,
        password_hash=person.password_hash,
        agent=who.agent,
        network_hash=network_hash(keys, who.network),
    )


async def _open_at_shop(
    db: PlatformDb, keys: Keys, id_: SessionId, person: Credentials, chosen: Membership, who: LogIn
) -> int:
    till = who.device

    async def work(tx: PlatformDb) -> int:
        if till is not None and await hold_till(tx, till.session_id) is None:
            raise Refused("device_ended")
        opened = await queries.insert_session(
            tx,
            id_,
            account_id=person.account_id,
            business_id=chosen.business_id,
            password_hash=person.password_hash,
            device_id=till.device_id if till else None,
            agent=who.agent,
            network_hash=network_hash(keys, who.network),
        )
        if opened and till is not None and till.device_id is not None:
            await insert_sign_in(
                tx,
                business_id=chosen.business_id,
                device_id=till.device_id,
                account_id=person.account_id,
                means="password",
            )
        return opened

    return await db.transact(work)


def _signed_in(
    keys: Keys,
    tokens: TokenIssuer,
    account_id: AccountId,
    id_: SessionId,
    chosen: Membership | None,
    device_id: DeviceId | None,
) -> SignedIn:
    business_id = chosen.business_id if chosen else None
    role: Role = chosen.role if chosen else "admin"
    access = tokens.issue(
        account_id=account_id,
        business_id=business_id,
        role=role,
        version=chosen.version if chosen else 0,
        session_id=id_,
        device_id=device_id,
    )
    return SignedIn(access, rules.refresh_token(keys, id_, 1), business_id, role)


async def open_pin_session(
    tx: PlatformDb,
    keys: Keys,
    tokens: TokenIssuer,
    till: Claims,
    account_id: AccountId,
    *,
    version: int,
    agent: str,
) -> SignedIn:
    """Let a member who proved their PIN act at a till, in the caller's transaction, which holds the till.

    Whoever stood there by PIN before is signed out. The token says staff, whatever the member is. Refuses
    membership_ended.
    """
    business_id, device_id = till.business_id, till.device_id
    if business_id is None or device_id is None:
        raise Refused("device_ended")
    id_ = SessionId(new_id())
    await queries.end_switched(tx, business_id, device_id, but=id_)
    opened = await queries.insert_pin_session(
        tx, id_, account_id=account_id, business_id=business_id, device_id=device_id, agent=agent
    )
    if opened == 0:
        raise Refused("membership_ended")
    await insert_sign_in(tx, business_id=business_id, device_id=device_id, account_id=account_id, means="pin")
    access = tokens.issue(
        account_id=account_id,
        business_id=business_id,
        role="staff",
        version=version,
        session_id=id_,
        means="pin",
        device_id=device_id,
    )
    return SignedIn(access, rules.refresh_token(keys, id_, 1), business_id, "staff")


async def refresh(db: PlatformDb, keys: Keys, tokens: TokenIssuer, token: str) -> SignedIn:
    """The next tokens of a family.

    A token shown again within 20 s of its rotation gets the same successor (its answer may have been lost), any
    number of times at once; shown later, or if older, it ends the family for everybody who holds a part of it.
    Refuses session_ended, membership_ended, business_suspended, business_closed.
    """
    read = rules.read_refresh_token(keys, token)
    if read is None:
        raise Refused("session_ended")
    id_, generation = read
    standing = rules.check_standing(await queries.standing_of(db, id_), closed=True)
    if await queries.rotate(db, id_, generation=generation) == 0 and not await queries.just_rotated(
        db, id_, generation=generation
    ):
        await _end_reused(db, standing, generation)
        raise Refused("session_ended")
    access = tokens.issue(
        account_id=standing.account_id,
        business_id=standing.business_id,
        role=standing.acts_as,
        version=standing.version or 0,
        session_id=id_,
        means=standing.means,
        device_id=standing.device_id,
    )
    return SignedIn(access, rules.refresh_token(keys, id_, generation + 1), standing.business_id, standing.acts_as)


async def _end_reused(db: PlatformDb, standing: Standing, generation: int) -> None:
    async def work(tx: PlatformDb) -> bool:
        ended = await queries.end_reused(tx, standing.id, generation=generation)
        if ended:
            await write_audit_as_platform(
                tx,
                standing.business_id,
                account_id=standing.account_id,
                action="session.reused",
                subject_id=standing.id,
                details={"generation": generation},
            )
        return ended

    if await db.transact(work):
        auth_event("refresh", outcome="refused", code="reused", session_id=standing.id)


async def log_out(db: PlatformDb, keys: Keys, token: str | None) -> None:
    """End the token's family; without a token of ours there is nothing to end, and that is fine too."""
    read = rules.read_refresh_token(keys, token) if token else None
    if read is not None and await queries.end_session(db, read[0]):
        auth_event("log_out", outcome="ok", session_id=read[0])


async def end_own_session(db: PlatformDb, account_id: AccountId, id_: SessionId) -> None:
    """End one of a person's sessions; refuses not_found for one that is not theirs or not open."""
    if not await queries.end_session(db, id_, account_id=account_id):
        raise Refused("not_found")


async def log_out_everywhere(db: PlatformDb, account_id: AccountId) -> None:
    """End every session of a person, this one included."""
    await queries.end_sessions(db, account_id, why="logout_all")


async def end_all_sessions(db: PlatformDb, account_id: AccountId, *, but: SessionId | None = None) -> None:
    """The password changed: end every session that rests on the old one."""
    await queries.end_sessions(db, account_id, why="password", but=but)


async def end_shop_sessions(db: Db, business_id: BusinessId, account_id: AccountId) -> None:
    """Somebody was dismissed: end their sessions at that shop, in the same transaction."""
    await queries.end_sessions_at(db, business_id, account_id)


async def end_till_sessions(db: Db, business_id: BusinessId, device_id: DeviceId) -> None:
    """A till was revoked: end the sessions on it, in the same transaction."""
    await queries.end_device_sessions(db, business_id, device_id)
