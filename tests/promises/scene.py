"""One shop in which everything has happened once, written by plain SQL: what the laws are proved on."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from sello.shared import clock
from sello.shared.ids import id_at, new_id, random_code, time_of
from tests.support.shop import Shop, TestCard

_STAMP = """
    SELECT outcome FROM add_stamp_v1(%(shop)s, %(id)s, %(diego)s, 1, NULL, NULL, %(card)s, NULL, NULL, NULL,
      app_now(), NULL, %(count)s, NULL, 1, '{5,10}', '{Coffee,Lunch}', interval '0', 100, 100,
      p_roll => true, p_stamps_days => %(days)s::int)
"""
_ENTRY = """
    WITH card AS (UPDATE cards SET balance = balance + %(delta)s, seq = seq + 1 WHERE id = %(card)s RETURNING *)
    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id,
      occurred_at, recorded_at, reward_id, voids)
    SELECT business_id, %(id)s, id, seq, %(kind)s, %(delta)s, balance, 1, %(diego)s, app_now(), app_now(),
      %(reward)s, %(voids)s FROM card RETURNING seq
"""
_FACT = """
    INSERT INTO events (id, business_id, kind, payload) VALUES (new_id(), %(shop)s, %(kind)s,
      jsonb_build_object('stamp_id', %(stamp)s::uuid, 'reward_id', %(reward)s::uuid, 'seq', %(seq)s::int,
        'card_id', %(card)s::uuid))
"""
_REDEMPTION = """
    INSERT INTO redemptions
      (business_id, id, reward_id, reserved_by, reserved_at, expires_at, confirmed_by, confirmed_at)
    SELECT %(shop)s, %(id)s, %(reward)s, %(diego)s, t.now, t.now + interval '90 seconds', %(diego)s, t.now
    FROM (SELECT app_now() AS now) t
"""

# Ana was counted; of the others the facts still wait.
_STATISTICS = """
    INSERT INTO customer_days (business_id, card_id, day, branch_id, purchases, stamps, stamps_expired,
      amount_centimos, rewards_issued, rewards_redeemed)
    SELECT business_id, id, day, %(none)s, 2, 13, 0, 0, 2, 1 FROM cards WHERE id = %(card)s;
    INSERT INTO customer_stats (business_id, card_id, counted_seq, threshold_days, enrolled_day, visits, purchases,
      stamps, rewards_issued, rewards_redeemed, first_day, last_day, at_risk_from, lost_from)
    SELECT business_id, id, seq, 14, (issued_at AT TIME ZONE 'America/Lima')::date, 1, 2, 13, 2, 1, day, day, day + 15,
      day + 57 FROM cards WHERE id = %(card)s;
    INSERT INTO daily_stats (business_id, branch_id, day, visits, purchases, stamps, rewards_issued, rewards_redeemed,
      first_visits, active_moved)
    SELECT c.business_id, b.id, c.day + d.n, d.at, 2 * d.at, 13 * d.at, 2 * d.at, d.at, d.at, d.active
    FROM cards c, unnest(ARRAY[%(none)s, %(whole)s]::uuid[]) AS b (id),
      (VALUES (0, 1, 1), (30, 0, -1)) AS d (n, at, active)
    WHERE c.id = %(card)s;
    INSERT INTO daily_stats (business_id, branch_id, day, new_cards, at_risk_moved, lost_moved)
    SELECT s.business_id, %(whole)s, d.* FROM customer_stats s, LATERAL (VALUES
      (s.enrolled_day, 1, 0, 0), (s.at_risk_from, 0, 1, 0), (s.lost_from, 0, -1, 1)) AS d
    WHERE s.card_id = %(card)s;
    INSERT INTO shop_statistics (business_id) VALUES (%(shop)s)
"""


@dataclass
class Scene:
    """The shop's rows by the names that faults use: `%(ana)s` is Ana's card, `%(ana_stamp)s` her last stamp."""

    shop: Shop
    connection: psycopg.Connection[tuple[Any, ...]]
    ids: dict[str, Any] = field(default_factory=dict)

    def run(self, sql: Any, **values: Any) -> Any:
        """The first value of the first row, if there is one."""
        cursor = self.connection.execute(sql, self.ids | values)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    @staticmethod
    def new() -> UUID:
        """A fresh id."""
        return new_id()

    def stamp(self, card: TestCard, *, count: int = 1, days: int | None = None) -> UUID:
        """A stamp as the till gives it, good for so many days."""
        id = new_id()
        assert self.run(_STAMP, card=card.id, id=id, count=count, days=days) == "counted"
        return id

    def entry(
        self,
        card: TestCard,
        kind: str,
        *,
        delta: int = 0,
        reward: UUID | None = None,
        voids: UUID | None = None,
        id: UUID | None = None,
    ) -> int:
        """Another entry of the ledger; its seq."""
        values = {"kind": kind, "delta": delta, "reward": reward, "voids": voids, "id": id or new_id()}
        return int(self.run(_ENTRY, card=card.id, **values))

    def fact(
        self, kind: str, *, seq: int, stamp: UUID | None = None, reward: UUID | None = None, card: UUID | None = None
    ) -> None:
        """What the change told the rest of the platform."""
        self.run(_FACT, kind=kind, stamp=stamp, reward=reward, seq=seq, card=card)

    def reward(self, card: TestCard, threshold: int) -> UUID:
        """A reward of a card."""
        sql = "SELECT id FROM rewards WHERE card_id = %(card)s AND threshold = %(threshold)s"
        return UUID(str(self.run(sql, card=card.id, threshold=threshold)))

    def redeem(self, card: TestCard, reward: UUID) -> UUID:
        """Hand a reward over; the redemption's id, which is its entry's too."""
        id = new_id()
        seq = self.entry(card, "redeem", reward=reward, id=id)
        self.run(_REDEMPTION, id=id, reward=reward)
        self.fact("RewardRedeemed", seq=seq, reward=reward)
        return id


def build(shop: Shop, connection: psycopg.Connection[tuple[Any, ...]]) -> Scene:
    """Ana holds 3 of 10 and redeemed a coffee, Beto's hand-over was taken back, Carla's last stamp was undone.

    Eva's stamps and her welcome reward have expired; she has two stamps as a present, and one more.
    """
    scene = Scene(
        shop, connection, {"shop": shop.business_id, "rosa": shop.rosa.account_id, "diego": shop.diego.account_id}
    )
    _ana(scene)
    _beto(scene)
    _carla(scene)
    _dora(scene)
    _eva(scene)
    _flor(scene)
    _gone(scene)
    _hugo(scene)
    scene.run(_STATISTICS, card=scene.ids["ana"], none=UUID(int=0), whole=UUID(int=2**128 - 1))
    _shelf(scene)
    scene.run(
        """
        INSERT INTO pgqueuer (priority, status, entrypoint) VALUES (0, 'queued', 'waiting'), (0, 'picked', 'running');
        INSERT INTO idempotency_keys (business_id, key, request_hash, resource_id)
          SELECT business_id, 'a key of ana', '', id FROM cards LIMIT 1;
        """
    )
    return scene


def consent(scene: Scene, card: TestCard, kind: str) -> None:
    """They say yes or no to messages."""
    values = {"customer": card.customer_id, "kind": kind}
    scene.run(
        "INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version)"
        " VALUES (%(shop)s, new_id(), %(customer)s, %(kind)s, 'card', '1')",
        **values,
    )
    scene.run(
        "UPDATE customers SET opted_in_at = CASE WHEN %(kind)s = 'opt_in' THEN app_now() ELSE opted_in_at END,"
        " opted_out_at = CASE WHEN %(kind)s = 'opt_out' THEN app_now() END WHERE id = %(customer)s",
        **values,
    )


def _ana(scene: Scene) -> None:
    ana = scene.shop.card(name="Ana Torres")
    scene.stamp(ana, count=12)
    stamp = scene.stamp(ana)
    coffee, lunch = scene.reward(ana, 5), scene.reward(ana, 10)
    redemption = scene.redeem(ana, coffee)
    consent(scene, ana, "opt_in")
    scene.ids |= {"no_branch": UUID(int=0), "ana": ana.id, "ana_customer": ana.customer_id, "ana_stamp": stamp}
    scene.ids |= {"ana_coffee": coffee, "ana_lunch": lunch, "ana_redemption": redemption}


def _beto(scene: Scene) -> None:
    beto = scene.shop.card(name="Beto Ruiz")
    scene.stamp(beto, count=5)
    coffee = scene.reward(beto, 5)
    redemption = scene.redeem(beto, coffee)
    seq = scene.entry(beto, "void", voids=redemption)
    scene.run("UPDATE redemptions SET voided_at = app_now(), voided_by = %(rosa)s WHERE id = %(id)s", id=redemption)
    scene.fact("RedemptionVoided", seq=seq, reward=coffee)
    consent(scene, beto, "opt_in")
    consent(scene, beto, "opt_out")
    scene.ids |= {"beto": beto.id, "beto_coffee": coffee, "beto_redemption": redemption}


def _carla(scene: Scene) -> None:
    carla = scene.shop.card(name="Carla Soto")
    scene.stamp(carla)
    stamp = scene.stamp(carla, count=4)
    coffee = scene.reward(carla, 5)
    issue = scene.run("SELECT id FROM stamp_events WHERE reward_id = %(reward)s", reward=coffee)
    scene.entry(carla, "void", voids=issue)
    seq = scene.entry(carla, "void", delta=-4, voids=stamp)
    scene.run("UPDATE rewards SET revoked_at = app_now() WHERE id = %(reward)s", reward=coffee)
    scene.run(
        "UPDATE cards SET last_at = (SELECT occurred_at FROM stamp_events WHERE card_id = %(card)s AND seq = 1)"
        " WHERE id = %(card)s",
        card=carla.id,
    )
    scene.fact("StampVoided", seq=seq, stamp=stamp)
    scene.ids |= {"carla": carla.id, "carla_coffee": coffee, "carla_stamp": stamp, "carla_issue": issue}


def _dora(scene: Scene) -> None:
    dora, pending = scene.shop.card(name="Ana Torres", confirmed=False), scene.shop.card(confirmed=False)
    scene.run("UPDATE cards SET merged_into = %(ana)s WHERE id = %(card)s", card=dora.id)
    scene.run("UPDATE customers SET merged_into = %(ana_customer)s WHERE id = %(customer)s", customer=dora.customer_id)
    scene.ids |= {"dora": dora.id, "dora_customer": dora.customer_id, "pending": pending.id}
    scene.ids["pending_customer"] = pending.customer_id


def _eva(scene: Scene) -> None:
    eva, cookie = scene.shop.card(name="Eva Paz"), new_id()
    scene.run(
        "INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, issued_at, source,"
        " good_until) SELECT %(shop)s, %(cookie)s, %(card)s, 0, 0, 0, 'Cookie', 1, app_now() - interval '20 days',"
        " 'welcome', (app_now() - interval '2 days')::date",
        card=eva.id,
        cookie=cookie,
    )
    scene.entry(eva, "issue_reward", reward=cookie)
    scene.fact("RewardEarned", seq=1, reward=cookie)
    scene.run(
        "INSERT INTO gifts (business_id, customer_id, kind, year, reward_id)"
        " VALUES (%(shop)s, %(customer)s, 'welcome', 0, %(cookie)s)",
        customer=eva.customer_id,
        cookie=cookie,
    )
    scene.stamp(eva, count=3, days=30)
    lapse = new_id()
    seq = scene.entry(eva, "expire", delta=-3, id=lapse)
    scene.run("UPDATE cards SET cycle = 1, stamps_until = NULL WHERE id = %(card)s", card=eva.id)
    scene.fact("StampsExpired", seq=seq, card=eva.id)
    seq = scene.entry(eva, "expire", reward=cookie)
    scene.run("UPDATE rewards SET expired_at = app_now() WHERE id = %(cookie)s", cookie=cookie)
    scene.fact("RewardExpired", seq=seq, card=eva.id, reward=cookie)
    scene.fact("BonusAdded", seq=scene.entry(eva, "bonus", delta=2), card=eva.id)
    scene.run("UPDATE cards SET stamps_until = (app_now() + interval '5 days')::date WHERE id = %(card)s", card=eva.id)
    stamp = scene.stamp(eva, days=30)
    scene.ids |= {"eva": eva.id, "eva_cookie": cookie, "eva_lapse": lapse, "eva_stamp": stamp}


def _flor(scene: Scene) -> None:
    """Flor had two cards until the owner saw it, and a coffee for the first; she asked what the shop holds of her."""
    twice, flor = scene.shop.card(name="Flor Rojas"), scene.shop.card(name="Flor Rojas")
    scene.stamp(twice, count=5)
    coffee = scene.reward(twice, 5)
    scene.redeem(twice, coffee)
    left, came = new_id(), new_id()
    scene.entry(twice, "adjust", delta=-5, id=left)
    scene.entry(flor, "adjust", delta=5, id=came)
    scene.run(
        "UPDATE cards SET merged_into = %(into)s WHERE id = %(card)s;"
        " UPDATE customers SET merged_into = %(survivor)s WHERE id = %(merged)s;"
        " INSERT INTO card_merges (business_id, card_id, into_card_id, stamps, rewards, entry_id, into_entry_id)"
        " VALUES (%(shop)s, %(card)s, %(into)s, 5, 0, %(left)s, %(came)s);"
        " UPDATE rewards SET counts_on = %(into)s, counts_in = 0 WHERE id = %(coffee)s;"
        " INSERT INTO privacy_requests (business_id, id, customer_id, kind, source, due_on)"
        " VALUES (%(shop)s, new_id(), %(survivor)s, 'access', 'card', app_now()::date + 14)",
        card=twice.id,
        into=flor.id,
        merged=twice.customer_id,
        survivor=flor.customer_id,
        left=left,
        came=came,
        coffee=coffee,
    )
    scene.ids |= {"flor": flor.id, "flor_came": came, "flor_coffee": coffee}


def _gone(scene: Scene) -> None:
    """Somebody who asked to be erased, and was; five stamps and a coffee are nobody's now."""
    gone = scene.shop.card(name="Gilda Soto")
    scene.stamp(gone, count=5)
    redemption = scene.redeem(gone, scene.reward(gone, 5))
    consent(scene, gone, "opt_in")
    scene.run(
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, erased_at = app_now()"
        " WHERE id = %(customer)s;"
        " UPDATE cards SET erased_at = app_now() WHERE id = %(card)s;"
        " INSERT INTO privacy_requests (business_id, id, customer_id, kind, source, due_on, answered_at, outcome)"
        " VALUES (%(shop)s, new_id(), %(customer)s, 'erasure', 'card', app_now()::date + 14, app_now(), 'granted');"
        " INSERT INTO erasures (business_id, customer_id, stored_at) VALUES (%(shop)s, %(customer)s, app_now())",
        customer=gone.customer_id,
        card=gone.id,
    )
    scene.ids |= {"gone": gone.id, "gone_customer": gone.customer_id, "gone_redemption": redemption}


def _hugo(scene: Scene) -> None:
    """Hugo was here a month ago, as a file says that the shop brought along; one of its lines was wrong."""
    hugo, visit, brought = scene.shop.card(name="Hugo Lazo", days_ago=10), id_at(clock.now() - timedelta(30)), new_id()
    scene.run(
        "WITH card AS (UPDATE cards SET seq = 1, history_at = %(at)s WHERE id = %(card)s)"
        " INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,"
        " occurred_at, recorded_at) VALUES (%(shop)s, %(visit)s, %(card)s, 1, 'history', 0, 0, 1, %(at)s, app_now());"
        " INSERT INTO imports (business_id, id, kind, source, dry_run, count_stamps, skip_bad, sha256, started_at,"
        " ended_at, outcome, lines, bad_lines, done_lines, new_customers, new_entries) VALUES (%(shop)s, %(brought)s,"
        " 'visits', 'api', false, false, true, sha256(''), app_now(), app_now(), 'done', 2, 1, 1, 1, 1);"
        " INSERT INTO import_problems (business_id, import_id, number, line, code, field, found)"
        " VALUES (%(shop)s, %(brought)s, 1, 3, 'phone_invalid', 'phone', '12')",
        card=hugo.id,
        visit=visit,
        at=time_of(visit),
        brought=brought,
    )
    scene.ids |= {"hugo": hugo.id, "hugo_visit": visit, "hugo_import": brought}


def _shelf(scene: Scene) -> None:
    """A logo that was replaced, its successor, and a poster."""
    for name, kind, ending, media in (
        ("former_logo", "logo", "png", "image/png"),
        ("logo", "logo", "png", "image/png"),
        ("poster", "poster", "pdf", "application/pdf"),
    ):
        scene.ids[name] = new_id()
        scene.run("UPDATE files SET removed_at = app_now() WHERE kind = %(kind)s AND removed_at IS NULL", kind=kind)
        scene.run(
            "INSERT INTO files (business_id, id, kind, name, content_type, bytes, sha256, stored_at)"
            " VALUES (%(shop)s, %(id)s, %(kind)s, %(name)s, %(media)s, 1, sha256(''), app_now())",
            id=scene.ids[name],
            kind=kind,
            name=f"{scene.shop.business_id}/{kind}-{random_code(26)}.{ending}",
            media=media,
        )
    scene.run(
        "INSERT INTO posters (business_id, id, code, file_id, fingerprint, shown)"
        " VALUES (%(shop)s, new_id(), '7K2M9Q', %(poster)s, sha256(''), '{}')"
    )
