"""Members and invitations, under the tenant; and as platform for somebody who holds an invitation's link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sello.domains.business.staff.rules import StaffRole
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works, or worked, at the shop."""

    account_id: AccountId
    name: str
    role: StaffRole
    since: datetime
    dismissed_at: datetime | None
    pin_set_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastSeen:
    """When somebody last signed in at the shop, or went on with a session of theirs."""

    account_id: AccountId
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation nobody has accepted yet."""

    id: UUID
    email: str
    name: str
    role: StaffRole
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation as its link finds it, with the shop it is to."""

    id: UUID
    business_id: BusinessId
    business_name: str
    locale: str
    email: str
    name: str
    role: StaffRole
    suspended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def members_of(db: Db, business_id: BusinessId) -> list[Member]:
    """Everybody who works or worked there, those who still do first."""
    return await db.fetch_all(
        Member,
        business_id,
        """
        SELECT m.account_id, m.name, m.role, m.created_at AS since, m.disabled_at AS dismissed_at,
               p.set_at AS pin_set_at
        FROM memberships m
        LEFT JOIN pins p ON p.business_id = m.business_id AND p.account_id = m.account_id AND p.cleared_at IS NULL
        WHERE m.business_id = %(business_id)s AND m.role <> 'machine'
        ORDER BY m.disabled_at IS NOT NULL, m.created_at, m.account_id LIMIT 1000
        """,
    )


async def last_seen(db: Db, business_id: BusinessId) -> list[LastSeen]:
    """When the people of the shop last signed in or refreshed, a month back."""
    return await db.fetch_all(
        LastSeen,
        business_id,
        """
        SELECT account_id, max(rotated_at) AS seen_at FROM sessions
        WHERE business_id = %(business_id)s GROUP BY account_id
        """,
    )


async def invitations_of(db: Db, business_id: BusinessId) -> list[Invitation]:
    """Open invitations, the newest first; an expired one is listed until it is sent again or withdrawn."""
    return await db.fetch_all(
        Invitation,
        business_id,
        """
        SELECT id, email, name, role, created_at, expires_at FROM invitations
        WHERE business_id = %(business_id)s AND accepted_at IS NULL AND revoked_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT 1000
        """,
    )


async def put_invitation(
    db: Db,
    business_id: BusinessId,
    id_: UUID,
    *,
    email: str,
    name: str,
    role: StaffRole,
    invited_by: AccountId | None,
    lifetime: timedelta,
) -> Invitation | None:
    """Invite somebody. An open invitation to the same e-mail becomes this one, and its old link ends."""
    return await db.fetch_one(
        Invitation,
        business_id,
        """
        INSERT INTO invitations (business_id, id, email, name, role, invited_by, expires_at)
        VALUES (%(business_id)s, %(id)s, %(email)s, %(name)s, %(role)s, %(invited_by)s, app_now() + %(lifetime)s)
        ON CONFLICT (business_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL
        DO UPDATE SET id = excluded.id, name = excluded.name, role = excluded.role, invited_by = excluded.invited_by,
                      created_at = excluded.created_at, expires_at = excluded.expires_at
        RETURNING id, email, name, role, created_at, expires_at
        """,
        id=id_,
        email=email,
        name=name,
        role=role,
        invited_by=invited_by,
        lifetime=lifetime,
    )


async def invited_today(db: Db, business_id: BusinessId) -> int:
    """How many invitations the shop sent within 24 hours, repeated ones included."""
    found = await db.fetch_one(
        _Count,
        business_id,
        """
        SELECT count(*) AS count FROM audit_log
        WHERE business_id = %(business_id)s AND action = 'staff.invited'
          AND recorded_at > app_now() - interval '24 hours'
        """,
    )
    return found.count if found else 0


async def revoke_invitation(db: Db, business_id: BusinessId, id_: UUID) -> int:
    """Withdraw an open invitation; 0 rows when there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE invitations SET revoked_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND accepted_at IS NULL AND revoked_at IS NULL
        """,
        id=id_,
    )


async def lock_shop(db: Db, business_id: BusinessId) -> None:
    """Let changes of a shop's people through one by one, until the transaction ends. Stamps do not wait for it."""
    await db.fetch_one(_Id, business_id, "SELECT id FROM businesses WHERE id = %(business_id)s FOR NO KEY UPDATE")


async def member_of(db: Db, business_id: BusinessId, account_id: AccountId) -> Member | None:
    """Somebody who works there now."""
    return await db.fetch_one(
        Member,
        business_id,
        """
        SELECT m.account_id, m.name, m.role, m.created_at AS since, m.disabled_at AS dismissed_at,
               p.set_at AS pin_set_at
        FROM memberships m
        LEFT JOIN pins p ON p.business_id = m.business_id AND p.account_id = m.account_id AND p.cleared_at IS NULL
        WHERE m.business_id = %(business_id)s AND m.account_id = %(account_id)s AND m.disabled_at IS NULL
          AND m.role <> 'machine'
        """,
        account_id=account_id,
    )


async def count_other_owners(db: Db, business_id: BusinessId, account_id: AccountId) -> int:
    """How many owners the shop has besides this person."""
    found = await db.fetch_one(
        _Count,
        business_id,
        """
        SELECT count(*) AS count FROM memberships
        WHERE business_id = %(business_id)s AND role = 'owner' AND disabled_at IS NULL
          AND account_id <> %(account_id)s
        """,
        account_id=account_id,
    )
    return found.count if found else 0


async def change_member(db: Db, business_id: BusinessId, account_id: AccountId, *, role: StaffRole, name: str) -> int:
    """Change role and name; another role ends the access tokens that carry the old one."""
    return await db.execute(
        business_id,
        """
        UPDATE memberships SET role = %(role)s, name = %(name)s,
          version = version + CASE WHEN role = %(role)s THEN 0 ELSE 1 END
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND disabled_at IS NULL
        """,
        account_id=account_id,
        role=role,
        name=name,
    )


async def end_membership(db: Db, business_id: BusinessId, account_id: AccountId) -> int:
    """End a membership and the access tokens that carry its version; 0 rows when it had ended."""
    return await db.execute(
        business_id,
        """
        UPDATE memberships SET disabled_at = app_now(), version = version + 1
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND disabled_at IS NULL
        """,
        account_id=account_id,
    )


async def is_member(db: PlatformDb, business_id: BusinessId, email: str) -> bool:
    """Whether the person of this e-mail works there now. As platform: tenants read no accounts."""
    found = await db.fetch_one(
        _Id,
        """
        SELECT a.id FROM accounts a JOIN memberships m ON m.account_id = a.id
        WHERE a.email = %(email)s AND m.business_id = %(business_id)s AND m.disabled_at IS NULL
        """,
        email=email,
        business_id=business_id,
    )
    return found is not None


async def invitation_by_link(db: PlatformDb, id_: UUID) -> OpenInvitation | None:
    """The open, unexpired invitation of a link. As platform: whoever holds it belongs to no shop yet."""
    return await db.fetch_one(
        OpenInvitation,
        """
        SELECT i.id, i.business_id, b.name AS business_name, b.locale, i.email, i.name, i.role, b.suspended_at,
               b.closed_at
        FROM invitations i JOIN businesses b ON b.id = i.business_id
        WHERE i.id = %(id)s AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > app_now()
        """,
        id=id_,
    )


async def use_invitation(db: PlatformDb, business_id: BusinessId, id_: UUID) -> int:
    """Use an invitation up; 0 rows when it was used, withdrawn or has expired. One of two racers gets it."""
    return await db.execute(
        """
        UPDATE invitations SET accepted_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND accepted_at IS NULL AND revoked_at IS NULL
          AND expires_at > app_now()
        """,
        business_id=business_id,
        id=id_,
    )


async def put_member(
    db: PlatformDb, business_id: BusinessId, account_id: AccountId, *, role: StaffRole, name: str
) -> int:
    """Let somebody work there, again if they once did; 0 rows when they do already."""
    return await db.execute(
        """
        INSERT INTO memberships AS m (business_id, account_id, role, name)
        VALUES (%(business_id)s, %(account_id)s, %(role)s, %(name)s)
        ON CONFLICT (business_id, account_id) DO UPDATE
          SET role = excluded.role, name = excluded.name, version = m.version + 1, disabled_at = NULL
          WHERE m.disabled_at IS NOT NULL
        """,
        business_id=business_id,
        account_id=account_id,
        role=role,
        name=name,
    )
