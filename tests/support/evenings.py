"""What an owner's evening page is about: visits of past weeks and stamps of today, given on another device."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from sello.shared import clock
from sello.shared.ids import id_at, new_id
from tests.support.shop import Shop, TestCard
from tests.support.site import Site


def stamp(site: Site, shop: Shop, card: TestCard, stamps: int = 1, **changes: Any) -> str:
    """Diego gives stamps on another device; the id of the entry."""
    body = shop.stamp(card, stamps=stamps, **changes)
    answer = httpx.post(f"{site.url}/api/v1/stamps", json=body, headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text
    return str(body["id"])


def redeem(site: Site, shop: Shop, card: TestCard) -> None:
    """He hands over the first reward that waits."""
    headers = shop.diego.headers
    rewards = httpx.get(f"{site.url}/api/v1/cards/{card.id}/rewards", headers=headers).json()["rewards"]
    redemption = str(new_id())
    reserved = f"{site.url}/api/v1/rewards/{rewards[0]['id']}/redemptions"
    httpx.post(reserved, json={"id": redemption}, headers=headers).raise_for_status()
    httpx.put(f"{site.url}/api/v1/redemptions/{redemption}/confirmation", headers=headers).raise_for_status()


def past(shop: Shop, visits: Sequence[tuple[TestCard, Sequence[int]]]) -> None:
    """Visits so many days ago, as an import brings them along; the worker then counts the shop anew."""
    with shop.connect() as connection, connection.transaction():
        for card, days in visits:
            for day in sorted(days, reverse=True):
                at = clock.now() - timedelta(days=day)
                connection.execute(
                    """
                    WITH card AS (
                      UPDATE cards SET seq = seq + 1, history_at = greatest(history_at, %s) WHERE id = %s RETURNING *)
                    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,
                      occurred_at, recorded_at, amount_centimos)
                    SELECT business_id, %s, id, seq, 'history', 0, balance, 0, %s, app_now(), 1500 FROM card
                    """,
                    (at, card.id, id_at(at), at),
                )
        connection.execute(
            "INSERT INTO events (id, business_id, kind, payload)"
            " VALUES (new_id(), %s, 'VisitsImported', jsonb_build_object('import_id', new_id()))",
            (shop.business_id,),
        )


def been_here(shop: Shop) -> None:
    """Somebody came two days ago, and the worker has counted it: no longer a shop that waits for its first visit."""
    past(shop, [(shop.card(name="Primera Visita"), (2,))])
    deadline = time.monotonic() + 30
    with shop.connect() as connection:
        while not connection.execute(
            "SELECT 1 FROM daily_stats WHERE business_id = %s AND visits > 0", (shop.business_id,)
        ).fetchone():
            assert time.monotonic() < deadline, "nobody counted it"
            time.sleep(0.1)
