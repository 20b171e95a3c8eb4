"""Enrol a till, renew what it proves itself with, change it, end it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from sello.domains.business.audit import Action, write_audit, write_audit_as_platform
from sello.domains.business.branches import open_branch_of
from sello.domains.business.codes import queries as codes
from sello.domains.business.devices import queries, rules
from sello.domains.business.devices.rules import Till, TillStanding
from sello.domains.business.sessions import end_till_sessions
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import clock, metrics
from sello.shared.auth import Caller, Claims, Keys, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BranchId, BusinessId, DeviceId, SessionId, new_id, random_code
from sello.shared.logs import auth_event
from sello.shared.validation import plausible_id


@dataclass(frozen=True, slots=True, repr=False)
class Enrolled:
    """A till with the two tokens it proves itself with."""

    device_id: DeviceId
    business_id: BusinessId
    device_token: str
    access_token: str


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentCode:
    """A code that enrols one till; shown once."""

    id: UUID
    code: str
    expires_at: datetime


async def enrol_till(
    db: Db, keys: Keys, tokens: TokenIssuer, caller: Caller, id: UUID, *, name: str, branch_id: BranchId | None
) -> Enrolled:
    """Enrol the machine an owner holds, under the id it made itself; the same call again gets the same tokens.

    That holds until the till has renewed its credential. Refuses forbidden (a platform admin, who holds none),
    branch_unknown, id_reused, id_not_plausible.
    """
    if caller.role != "owner":
        raise Refused("forbidden")
    device_id, business_id = DeviceId(plausible_id(id)), caller.business_id

    async def work(tx: Db) -> SessionId:
        if branch_id is not None:
            await open_branch_of(tx, business_id, branch_id)
        made = await queries.insert_till(
            tx, business_id, device_id, name=name, branch_id=branch_id, account_id=caller.account_id
        )
        credential = SessionId(new_id())
        if made:
            await queries.insert_credential(tx, business_id, credential, device_id)
            await _audit(tx, caller, "device.enrolled", device_id)
            return credential
        till = await queries.till_of(tx, business_id, device_id)
        live = await queries.live_credential(tx, business_id, device_id)
        if till is None or live is None or live.generation > 1 or (till.name, till.branch_id) != (name, branch_id):
            raise Refused("id_reused")
        return live.id

    credential = await db.transact(business_id, work)
    return _enrolled(keys, tokens, business_id, device_id, credential, 1)


async def make_code(
    db: Db, keys: Keys, caller: Caller, *, name: str, branch_id: BranchId | None, replaces: DeviceId | None
) -> EnrolmentCode:
    """A code for 15 minutes that enrols one till, or gives a known one a new credential on another machine.

    Refuses forbidden (a platform admin), branch_unknown, not_found.
    """
    if caller.role != "owner":
        raise Refused("forbidden")
    business_id, id_, code = caller.business_id, new_id(), random_code(rules.CODE_LENGTH)

    async def work(tx: Db) -> None:
        if branch_id is not None:
            await open_branch_of(tx, business_id, branch_id)
        if replaces is not None:
            till = await queries.till_of(tx, business_id, replaces)
            if till is None or till.revoked_at is not None:
                raise Refused("not_found")
        await codes.insert_code(
            tx,
            business_id,
            id_,
            code_hash=rules.code_hash(keys, code),
            name=name,
            branch_id=branch_id,
            replaces=replaces,
            account_id=caller.account_id,
            lifetime=rules.CODE_LIFETIME,
        )
        await _audit(tx, caller, "device.code_made", id_)

    await db.transact(business_id, work)
    return EnrolmentCode(id_, code, clock.now() + rules.CODE_LIFETIME)


async def code_of(db: Db, caller: Caller, code_id: UUID) -> codes.CodeStanding:
    """What became of a code; refuses not_found."""
    found = await codes.code_standing(db, caller.business_id, code_id)
    if found is None:
        raise Refused("not_found")
    return found


async def end_code(db: Db, caller: Caller, code_id: UUID) -> None:
    """Let a code that nobody has used end; one that is over stays as it is. Refuses not_found."""

    async def work(tx: Db) -> None:
        await code_of(tx, caller, code_id)
        if await codes.end_code(tx, caller.business_id, code_id):
            await _audit(tx, caller, "device.code_ended", code_id)

    await db.transact(caller.business_id, work)


async def enrol_by_code(db: PlatformDb, keys: Keys, tokens: TokenIssuer, code: str, id: UUID) -> Enrolled:
    """Enrol the machine that shows a code; `id` is its own. The same machine may ask again while the code holds.

    Refuses device_code_invalid, business_closed, business_suspended, id_reused, id_not_plausible.
    """
    client_id = plausible_id(id)

    async def work(tx: PlatformDb) -> tuple[BusinessId, DeviceId, SessionId]:
        found = await codes.held_code(tx, rules.code_hash(keys, code))
        if found is None:
            raise Refused("device_code_invalid")
        if found.closed_at is not None:
            raise Refused("business_closed")
        if found.suspended_at is not None:
            raise Refused("business_suspended")
        if found.used_by is not None:
            return found.business_id, found.used_by, await _same_machine(tx, found, client_id)
        return found.business_id, *await _use(tx, found, client_id)

    business_id, device_id, credential = await db.transact(work)
    auth_event("device_enrolled", outcome="ok", device_id=device_id)
    return _enrolled(keys, tokens, business_id, device_id, credential, 1)


async def _same_machine(tx: PlatformDb, code: codes.Code, client_id: UUID) -> SessionId:
    """The credential this code brought, while it has not been renewed; refuses device_code_invalid."""
    live = await queries.credential_of(tx, code.business_id, code.used_by) if code.used_by else None
    if live is None or live.generation > 1 or code.client_id != client_id:
        raise Refused("device_code_invalid")
    return live.id


async def _use(tx: PlatformDb, code: codes.Code, client_id: UUID) -> tuple[DeviceId, SessionId]:
    business_id, credential = code.business_id, SessionId(new_id())
    device_id = code.replaces or DeviceId(client_id)
    if code.replaces is None:
        try:
            made = await codes.insert_till_by_code(tx, code.id, business_id, device_id)
        except ForeignKeyViolation as error:
            raise Refused("device_code_invalid") from error
        if made == 0:
            raise Refused("id_reused")
    else:
        await queries.replace_credential(tx, business_id, device_id)
        await queries.end_sessions_on(tx, business_id, device_id)
    if await queries.put_credential(tx, business_id, credential, device_id) == 0:
        raise Refused("device_code_invalid")
    await codes.use_code(tx, business_id, code.id, device_id=device_id, client_id=client_id)
    await write_audit_as_platform(
        tx,
        business_id,
        account_id=None,
        action="device.replaced" if code.replaces else "device.enrolled",
        subject_id=device_id,
        details={"code_id": str(code.id)},
    )
    return device_id, credential


async def renew_till(db: PlatformDb, keys: Keys, tokens: TokenIssuer, token: str) -> Enrolled:
    """The next credential and an access token for 15 minutes.

    A credential shown again gets the same successor while nobody has shown that one: its answer was lost, and a till
    without a network may notice a day later. Shown after that it is in two hands, and the family ends, with whatever
    was opened on the till. Refuses device_ended, business_closed, business_suspended.
    """
    read = rules.read_device_token(keys, token)
    if read is None:
        raise Refused("device_ended")
    credential, generation = read
    standing = await check_till(db, credential)
    moved = await queries.rotate_credential(db, credential, generation=generation) or (
        await queries.recover_credential(
            db, credential, generation=generation, grace=rules.GRACE, most=rules.MOST_RECOVERIES
        )
    )
    if not moved:
        await _end_reused(db, standing, generation)
        raise Refused("device_ended")
    return _enrolled(keys, tokens, standing.business_id, standing.device_id, credential, generation + 1)


async def _end_reused(db: PlatformDb, standing: TillStanding, generation: int) -> None:
    async def work(tx: PlatformDb) -> int:
        ended = await queries.end_reused_credential(tx, standing.id, generation=generation)
        if ended:
            await queries.end_sessions_on(tx, standing.business_id, standing.device_id)
            await write_audit_as_platform(
                tx,
                standing.business_id,
                account_id=None,
                action="device.reused",
                subject_id=standing.device_id,
                details={"generation": generation},
            )
        return ended

    if await db.transact(work):
        auth_event("device_renewal", outcome="refused", code="reused", device_id=standing.device_id)
        metrics.count_refused_access("device", "reused")


async def check_till(db: PlatformDb, credential: SessionId) -> TillStanding:
    """The till behind an access token, now; refuses device_ended, business_closed, business_suspended."""
    return rules.check_till(await queries.till_standing(db, credential))


async def change_till(
    db: Db, caller: Caller, device_id: DeviceId, *, name: str | None, branch_id: BranchId | None, moves: bool
) -> Till:
    """Rename a till, or move it (`moves`) to a branch or to none. Refuses not_found, branch_unknown."""
    business_id = caller.business_id

    async def work(tx: Db) -> Till:
        before = await queries.till_of(tx, business_id, device_id)
        if before is None or before.revoked_at is not None:
            raise Refused("not_found")
        if moves and branch_id is not None:
            await open_branch_of(tx, business_id, branch_id)
        place = branch_id if moves else before.branch_id
        await queries.change_till(tx, business_id, device_id, name=name or before.name, branch_id=place)
        await _audit(tx, caller, "device.changed", device_id)
        after = await queries.till_of(tx, business_id, device_id)
        return after or before

    return await db.transact(business_id, work)


async def end_till(db: Db, caller: Caller, device_id: DeviceId) -> None:
    """Revoke a till with its credential and every session on it: it can do nothing more. Refuses not_found."""
    business_id = caller.business_id

    async def work(tx: Db) -> None:
        if await queries.till_of(tx, business_id, device_id) is None:
            raise Refused("not_found")
        if await queries.revoke_till(tx, business_id, device_id):
            await queries.end_credentials(tx, business_id, device_id)
            await end_till_sessions(tx, business_id, device_id)
            await _audit(tx, caller, "device.revoked", device_id)

    await db.transact(business_id, work)


def _enrolled(
    keys: Keys,
    tokens: TokenIssuer,
    business_id: BusinessId,
    device_id: DeviceId,
    credential: SessionId,
    generation: int,
) -> Enrolled:
    access = tokens.issue(
        account_id=AccountId(device_id),
        business_id=business_id,
        role="device",
        version=0,
        session_id=credential,
        means="device",
        device_id=device_id,
    )
    return Enrolled(device_id, business_id, rules.device_token(keys, credential, generation), access)


def till_of_claims(claims: Claims) -> tuple[BusinessId, DeviceId]:
    """Shop and till of a till's own token."""
    if claims.business_id is None or claims.device_id is None:
        raise Refused("forbidden")
    return claims.business_id, claims.device_id


async def _audit(tx: Db, caller: Caller, action: Action, subject_id: UUID) -> None:
    await write_audit(tx, caller.business_id, account_id=caller.account_id, action=action, subject_id=subject_id)
