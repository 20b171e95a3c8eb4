"""A shop in which every kind of thing exists once, and the people who ask for them: the ids that tenancy tests try.

Its names, phones and codes carry a marker that no other shop's answers may ever hold.
"""

from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from sello.domains.business.keys.rules import PREFIX_LENGTH, SECRET_LENGTH, key_text, secret_hash
from sello.domains.customer import TEXT_VERSION
from sello.entry.settings import Settings
from sello.shared.auth import Scope, TokenIssuer
from sello.shared.ids import AccountId, DeviceId, SessionId, new_id, random_code
from tests.promises.scene import Scene
from tests.support.carried import CARRIED, ids_of_a_pass
from tests.support.message import EVERYTHING, ids_of_a_message
from tests.support.shop import Person, Shop, make_shop

# device: a till by itself; api_key: one with every scope; pin: the owner, signed in by PIN on a till.
ROLES = ("none", "staff", "owner", "stranger", "dismissed", "admin", "device", "api_key", "pin")

_NAMES = """
    UPDATE accounts SET name = name || ' ' || %(marker)s, password_hash = %(hash)s,
      email = lower(%(marker)s) || id || '@example.pe'
      WHERE id IN (SELECT account_id FROM memberships WHERE business_id = %(shop)s);
    UPDATE memberships SET name = name || ' ' || %(marker)s WHERE business_id = %(shop)s;
    UPDATE rewards SET title = title || ' ' || %(marker)s WHERE business_id = %(shop)s;
    UPDATE businesses SET apple_pass_type_id = 'pass.pe.' || %(marker)s WHERE id = %(shop)s;
"""
_THINGS = """
    INSERT INTO branches (business_id, id, name) VALUES (%(shop)s, %(branch)s, 'Centro ' || %(marker)s);
    INSERT INTO google_classes (business_id, digest) VALUES (%(shop)s, '');
    INSERT INTO devices (business_id, id, name, branch_id, enrolled_by)
      VALUES (%(shop)s, %(device)s, 'Caja ' || %(marker)s, %(branch)s, %(rosa)s);
    INSERT INTO device_codes (business_id, id, code_hash, name, created_by, expires_at)
      VALUES (%(shop)s, %(till_code)s, sha256(%(till_code)s::text::bytea), 'Caja ' || %(marker)s, %(rosa)s,
        app_now() + interval '15 minutes');
    INSERT INTO legal_identities (business_id, version, legal_name, address)
      VALUES (%(shop)s, 1, 'Bodegas ' || %(marker)s || ' SAC', 'Jr. Unión 1');
    INSERT INTO invitations (business_id, id, email, name, role, invited_by, expires_at)
      VALUES (%(shop)s, %(invitation)s, lower(%(marker)s) || '@example.pe', 'Invited ' || %(marker)s, 'staff', %(rosa)s,
        app_now() + interval '7 days');
    INSERT INTO fraud_signals (business_id, id, kind, account_id, day, details)
      VALUES (%(shop)s, %(signal)s, 'burst', %(diego)s, current_date, jsonb_build_object('pattern', 'staff_burst',
        'count', 10, 'stamp_ids', jsonb_build_array(%(stamp)s::uuid), 'card_ids', jsonb_build_array(%(card)s::uuid)));
    INSERT INTO archives (business_id, id, asked_by, asked_at, name, bytes, made_at, expires_at)
      SELECT %(shop)s, %(archive)s, %(rosa)s, t.now, %(shop)s || '/archive-00000000000000000000000000.zip', 1, t.now,
        t.now + interval '3 days' FROM (SELECT app_now() AS now) t;
    INSERT INTO imports (business_id, id, kind, source, dry_run, count_stamps, skip_bad, sha256, started_at, ended_at,
      outcome, lines, bad_lines)
      VALUES (%(shop)s, %(import)s, 'visits', 'api', false, false, false, sha256(''), app_now(), app_now(), 'refused',
        1, 1);
    INSERT INTO import_problems (business_id, import_id, number, line, code, field, found)
      VALUES (%(shop)s, %(import)s, 1, 2, 'phone_invalid', 'phone', %(marker)s);
    INSERT INTO audit_log (id, business_id, account_id, action, reason)
      VALUES (new_id(), %(shop)s, %(rosa)s, 'admin.read', 'Looked at ' || %(marker)s);
    INSERT INTO redemptions (business_id, id, reward_id, reserved_by, reserved_at, expires_at)
      SELECT %(shop)s, %(redemption)s, %(reserved)s, %(diego)s, t.now, t.now + interval '90 seconds'
      FROM (SELECT app_now() AS now) t;
    UPDATE customers SET opted_in_at = app_now() WHERE id = %(customer)s;
    UPDATE customers SET new_phone = left(phone, 9) || '777', new_phone_at = app_now() WHERE id = %(mover)s;
    INSERT INTO privacy_requests (business_id, id, customer_id, kind, source, wish, due_on)
      VALUES (%(shop)s, %(request)s, %(customer)s, 'erasure', 'card', 'Forget ' || %(marker)s, app_now()::date + 14);
    INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version)
      VALUES (%(shop)s, new_id(), %(customer)s, 'opt_in', 'counter', 'text of ' || %(marker)s);
"""
_MACHINES = """
    INSERT INTO device_credentials (business_id, id, device_id, expires_at)
      VALUES (%(shop)s, %(credential)s, %(device)s, app_now() + interval '90 days');
    INSERT INTO device_sign_ins (business_id, id, device_id, account_id, means)
      VALUES (%(shop)s, new_id(), %(device)s, %(diego)s, 'pin');
    INSERT INTO pins (business_id, account_id, salt, mac)
      SELECT %(shop)s, p, decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex')
      FROM unnest(ARRAY[%(rosa)s, %(account)s]::uuid[]) AS p;
    INSERT INTO sessions (id, account_id, business_id, device_id, means, expires_at)
      VALUES (%(pin_session)s, %(rosa)s, %(shop)s, %(device)s, 'pin', app_now() + interval '12 hours');
    INSERT INTO accounts (id, name) VALUES (%(key)s, 'Odoo ' || %(marker)s);
    INSERT INTO memberships (business_id, account_id, role, name)
      VALUES (%(shop)s, %(key)s, 'machine', 'Odoo ' || %(marker)s);
    INSERT INTO api_keys (business_id, id, prefix, secret_hash, scopes)
      VALUES (%(shop)s, %(key)s, %(prefix)s, %(secret_hash)s, %(scopes)s);
"""
_DISMISSED = """
    UPDATE memberships SET disabled_at = app_now(), version = version + 1 WHERE account_id = %(gone)s;
    UPDATE sessions SET revoked_at = app_now(), revoked_why = 'dismissed' WHERE account_id = %(gone)s;
"""
_ADMIN = """
    INSERT INTO accounts (id, email, name, password_hash, email_verified_at)
      VALUES (%(account)s, %(account)s || '@example.pe', 'Admin', %(hash)s, app_now());
    INSERT INTO platform_admins (account_id) VALUES (%(account)s);
    INSERT INTO sessions (id, account_id, expires_at) VALUES (%(session)s, %(account)s, app_now() + interval '1 day');
"""


@dataclass
class Stage:
    """The shop, its things by the names the matrix uses, the people who act on it, and what marks it."""

    shop: Shop
    marker: str
    things: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)

    def headers(self, role: str) -> dict[str, str]:
        """Headers of somebody of this shop, or of an admin who names it."""
        if role == "none":
            return {}
        named = {"X-Business-Id": str(self.shop.business_id), "X-Reason": "A test"} if role == "admin" else {}
        return self.people[role].headers | named

    def things_of(self, role: str) -> dict[str, Any]:
        """The things by name as somebody would name their own."""
        person = self.people.get(role)
        return self.things | ({"session": person.session_id, "giver": person.account_id} if person else {})

    @property
    def canaries(self) -> set[str]:
        """What may stand in no answer to another shop."""
        secrets = {
            str(value) for name, value in self.things.items() if name not in ("job", "version", "digits", "pass_type")
        }
        return secrets | self.phones | {self.marker, self.shop.code, self.shop.slug}


def make_stage(settings: Settings, connection: psycopg.Connection[tuple[Any, ...]], *, password_hash: str) -> Stage:
    """A new stage, through `connection` (sello_owner, client cursors) as `password_hash` for all its people."""
    marker = f"Zorzal{uuid4().hex[:10]}"
    shop = make_shop(settings, name=f"Bodega {marker}")
    scene = Scene(
        shop,
        connection,
        {"shop": shop.business_id, "rosa": shop.rosa.account_id, "diego": shop.diego.account_id, "marker": marker},
    )
    stage = Stage(shop, marker)
    scene.ids["hash"] = password_hash
    _people(stage, scene, settings)
    _cards(stage, scene)
    for name in ("branch", "device", "invitation", "signal", "redemption", "request", "archive", "import", "till_code"):
        stage.things[name] = new_id()
    stage.things["key"] = new_id()
    scene.run(_NAMES + _THINGS, **stage.things)
    _machines(stage, scene, settings)
    stage.things |= ids_of_a_message(shop) | ids_of_a_pass(settings.keys) | {"picture": "nobodys"}
    scene.run(EVERYTHING + CARRIED, **stage.things)
    job = scene.run("INSERT INTO pgqueuer (priority, status, entrypoint) VALUES (0, 'failed', 'held') RETURNING id")
    stage.things["job"] = job
    return stage


def _people(stage: Stage, scene: Scene, settings: Settings) -> None:
    shop = stage.shop
    gone, elena = shop.person(name="Gone", role="staff"), shop.person(name="Elena", role="staff")
    scene.run(_DISMISSED, gone=gone.account_id)
    stage.people |= {"owner": shop.rosa, "staff": shop.diego, "dismissed": gone, "admin": _admin(scene, settings)}
    stage.things |= {
        "business": shop.business_id,
        "slug": shop.slug,
        "account": elena.account_id,
        "session": shop.diego.session_id,
        "giver": shop.diego.account_id,
        "version": TEXT_VERSION,
    }


def _machines(stage: Stage, scene: Scene, settings: Settings) -> None:
    shop, issuer = stage.shop, TokenIssuer(settings.keys)
    till, credential, by_pin = DeviceId(stage.things["device"]), SessionId(new_id()), SessionId(new_id())
    prefix, secret, key = random_code(PREFIX_LENGTH), random_code(SECRET_LENGTH), AccountId(stage.things["key"])
    scene.run(
        _MACHINES,
        **stage.things,
        credential=credential,
        pin_session=by_pin,
        prefix=prefix,
        secret_hash=secret_hash(secret),
        scopes=list(get_args(Scope)),
    )
    common: dict[str, Any] = {"business_id": shop.business_id, "device_id": till}
    device = issuer.issue(
        account_id=AccountId(till), role="device", version=0, session_id=credential, means="device", **common
    )
    pin = issuer.issue(
        account_id=shop.rosa.account_id, role="staff", version=1, session_id=by_pin, means="pin", **common
    )
    stage.people |= {
        # Whoever gave the stamps that a till uploads, not the till.
        "device": Person(shop.diego.account_id, shop.business_id, "device", "Till", credential, device),
        "api_key": Person(key, shop.business_id, "staff", "Odoo", SessionId(key), key_text(prefix, secret)),
        "pin": Person(shop.rosa.account_id, shop.business_id, "staff", "Rosa", by_pin, pin),
    }


def _admin(scene: Scene, settings: Settings) -> Person:
    account_id, session_id = AccountId(new_id()), SessionId(new_id())
    scene.run(_ADMIN, account=account_id, session=session_id)
    token = TokenIssuer(settings.keys).issue(
        account_id=account_id, business_id=None, role="admin", version=0, session_id=session_id
    )
    return Person(account_id, scene.shop.business_id, "admin", "Admin", session_id, token)


def _cards(stage: Stage, scene: Scene) -> None:
    shop, marker = stage.shop, stage.marker
    ana, beto, carla, twin = (shop.card(name=f"{name} {marker}") for name in ("Ana", "Beto", "Carla", "Ana"))
    pending = shop.card(name=f"Dora {marker}", confirmed=False)
    scene.stamp(ana, count=12)
    scene.stamp(beto, count=5)
    stage.phones |= {card.phone for card in (ana, beto, carla, twin, pending)}
    stage.things |= {
        "card": ana.id,
        "customer": ana.customer_id,
        "scan_code": ana.scan_code,
        "link": shop.code + ana.link,
        "reward": scene.reward(ana, 5),
        "confirmed": scene.redeem(ana, scene.reward(ana, 10)),
        "reserved": scene.reward(beto, 5),
        "stamp": scene.stamp(carla),
        "pending": pending.id,
        "twin": twin.customer_id,
        "mover": beto.customer_id,
        "digits": pending.phone[-3:],
    }


def checksum(connection: psycopg.Connection[tuple[Any, ...]], business_id: UUID) -> dict[str, Any]:
    """A digest of every row of a shop, table by table."""
    tables = connection.execute(
        "SELECT DISTINCT table_name::text FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND column_name = 'business_id'"
        " AND table_type = 'BASE TABLE'"
    ).fetchall()
    digests = {}
    for table, key in [*((name, "business_id") for (name,) in tables), ("businesses", "id")]:
        statement = SQL("SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t WHERE {} = %s")
        row = connection.execute(statement.format(Identifier(table), Identifier(key)), (business_id,)).fetchone()
        digests[table] = row and row[0]
    return digests
