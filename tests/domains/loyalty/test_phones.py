"""Apple's five calls as phones make them, and as those do who are no phones (S34)."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sello.domains.loyalty.passes.rules import last_modified, unchanged_since
from sello.domains.loyalty.phones.rules import lines_in, moment_in, serials_in, tag_in, token_in
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.retention import forget_old_rows
from sello.infrastructure.passkit import unseal
from tests.support.passes import read
from tests.support.phones import Phones, a_phone
from tests.support.shop import Shop


@pytest.fixture
def world(client: httpx.AsyncClient, shop: Shop, settings: Settings, tmp_path: Path) -> Phones:
    """Somebody with phones."""
    return Phones(client, shop, settings, tmp_path)


async def test_a_phone_registers_asks_fetches_and_goes(world: Phones) -> None:
    card, device = world.shop.card(), a_phone()
    one = await world.issued(card)
    assert (await world.register(one, device)).status_code == 201
    assert (await world.register(one, device)).status_code == 200
    assert await world.changed(device) == ([one.serial], "0")
    assert await world.changed(device, "0") is None
    await world.stamp(card)
    serials, tag = await world.changed(device, "0")
    assert serials == [one.serial]
    assert await world.changed(device, tag) is None
    answer = await world.fetch(one)
    now = read(answer.content, world.folder, root=world.settings.sello_home / "apple" / "root.pem")
    assert (answer.status_code, now.value("stamps")) == (200, "1 de 10")
    assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
    assert (await world.unregister(one, device)).status_code == 200
    assert (await world.unregister(one, device)).status_code == 200
    assert world.phones(one) == []
    assert await world.changed(device, "0") is None
    assert [kind for kind, _ in world.events(one)] == [
        "issued", "registered", "listed", "listed", "fetched", "unregistered",
    ]  # fmt: skip
    assert world.events(one)[1:2] == [("registered", {"phones": 1})]
    assert world.events(one)[-2:] == [
        ("fetched", {"seq": 1, "unchanged": False}),
        ("unregistered", {"phones": 0, "why": "phone"}),
    ]
    assert world.rows("SELECT FROM wallet_devices WHERE device_id = %s", device) == []


async def test_phones_and_passes_are_many_to_many(world: Phones) -> None:
    first, second = [await world.issued(world.shop.card(name=name)) for name in ("Ana Torres", "Beto Paz")]
    phone, tablet = a_phone(), a_phone()
    for one, device in ((first, phone), (second, phone), (first, tablet)):
        assert (await world.register(one, device)).status_code == 201
    assert (await world.changed(phone))[0] == sorted([first.serial, second.serial])
    assert (await world.changed(tablet))[0] == [first.serial]
    await world.unregister(first, phone)
    assert (await world.changed(phone))[0] == [second.serial]
    assert (await world.changed(tablet))[0] == [first.serial]
    assert world.phones(first) == [tablet]


async def test_a_push_token_that_changes_is_kept_and_sealed(world: Phones) -> None:
    one, device = await world.issued(world.shop.card()), a_phone()
    for token, status in (("aa" * 32, 201), ("bb" * 32, 200)):
        assert (await world.register(one, device, token)).status_code == status
    [(sealed,)] = world.rows("SELECT push_token_sealed FROM wallet_devices WHERE device_id = %s", device)
    assert b"bb" * 32 not in sealed
    assert unseal(world.settings.keys, "push-token", sealed) == "bb" * 32
    assert unseal(world.settings.keys, "pass-token", sealed) is None
    [(sealed,)] = world.rows("SELECT token_sealed FROM wallet_passes WHERE serial = %s", one.serial)
    assert one.content["authenticationToken"].encode() not in sealed


async def test_who_shows_no_token_or_anothers_learns_nothing(world: Phones) -> None:
    mine, others = [await world.issued(world.shop.card(name=name)) for name in ("Ana Torres", "Beto Paz")]
    token = str(mine.content["authenticationToken"])
    nothing = mine.path.replace(mine.serial, "Z" * 26)
    elsewhere = f"pass.pe.other/{mine.serial}"
    ask: list[tuple[str, dict[str, str], str]] = [
        (mine.path, {}, ""),
        (mine.path, others.token, ""),
        (mine.path, {"Authorization": f"Bearer {token}"}, ""),
        (mine.path, {"Authorization": token}, ""),
        (mine.path, {"Authorization": "ApplePass "}, ""),
        (mine.path, {}, f"?authenticationToken={token}"),
        (nothing, mine.token, ""),
        (elsewhere, mine.token, ""),
    ]
    told = set()
    for path, headers, query in ask:
        device = f"/passkit/v1/devices/{a_phone()}/registrations/{path}{query}"
        for method, url in (("POST", device), ("DELETE", device), ("GET", f"/passkit/v1/passes/{path}{query}")):
            body: Any = {"json": {"pushToken": "ab" * 32}} if method == "POST" else {}
            answer = await world.client.request(method, url, headers=headers, **body)
            assert answer.status_code == 401, (method, url)
            told.add((answer.json()["code"], answer.json()["message"]))
    assert len(told) == 1
    assert world.phones(mine) == []


async def test_a_list_is_of_one_phone_and_one_pass_type(world: Phones) -> None:
    one, device = await world.issued(world.shop.card()), a_phone()
    await world.register(one, device)
    assert await world.changed(a_phone()) is None
    assert await world.changed(device, kind="pass.pe.other") is None
    assert await world.changed(one.serial) is None


@pytest.mark.parametrize("tag", ["9" * 18, "9" * 99, "-1", "abc", "1e3", "", " 7", "7;DROP", "\u0667"])
async def test_a_tag_that_was_never_told_counts_as_none(world: Phones, tag: str) -> None:
    one, device = await world.issued(world.shop.card()), a_phone()
    await world.register(one, device)
    assert (await world.changed(device, tag))[0] == [one.serial]


async def test_two_changes_in_one_second_are_both_told(world: Phones) -> None:
    card, device = world.shop.card(), a_phone()
    one = await world.issued(card)
    await world.register(one, device)
    seen, tag, since, tags = list[str](), None, None, set()
    for _ in range(5):
        await world.stamp(card)
        found = await world.changed(device, tag)
        assert found is not None, "a change that the phone was not told of"
        tag = found[1]
        tags.add(tag)
        answer = await world.fetch(one, since=since)
        assert answer.status_code == 200, "a change hidden by its second"
        since = answer.headers["last-modified"]
        shown = read(answer.content, world.folder, root=world.settings.sello_home / "apple" / "root.pem")
        seen.append(str(shown.value("stamps")))
    assert seen == [f"{count} de 10" for count in range(1, 6)]
    assert len(tags) == 5


async def test_a_pass_that_has_not_changed_is_not_sent_again(world: Phones) -> None:
    card = world.shop.card()
    one = await world.issued(card)
    world.rows(
        "UPDATE wallet_passes SET changed_at = app_now() - interval '5 s' WHERE serial = %s RETURNING 1", one.serial
    )
    first = await world.fetch(one)
    since = first.headers["last-modified"]
    again = await world.fetch(one, since=since)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["last-modified"] == since
    # A stamp that nobody has noted yet is no reason to say that nothing has changed.
    await world.client.post("/api/v1/stamps", json=world.shop.stamp(card), headers=world.shop.diego.headers)
    assert (await world.fetch(one, since=since)).status_code == 200
    world.note(card)
    assert (await world.fetch(one, since=since)).status_code == 200
    for odd in ("yesterday", "Mon, 99 Foo 2026 00:00:00 GMT", "Sun, 01 Jan 2090 00:00:00 GMT"):
        assert (await world.fetch(one, since=odd)).status_code == 200
    assert [details["unchanged"] for kind, details in world.events(one) if kind == "fetched"] == [
        False, True, False, False, False, False, False,
    ]  # fmt: skip


async def test_head_says_the_same_and_hands_out_nothing(world: Phones) -> None:
    one = await world.issued(world.shop.card())
    head, get = await world.fetch(one, method="HEAD"), await world.fetch(one)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "cache-control"):
        assert head.headers[name] == get.headers[name]
    first, second = (parsedate_to_datetime(answer.headers["last-modified"]) for answer in (head, get))
    assert timedelta(0) <= second - first <= timedelta(seconds=1)  # a second may end between the two
    assert head.headers["cache-control"] == "private, no-store"
    assert [kind for kind, _ in world.events(one)].count("fetched") == 1
    bare = await world.client.head(f"/passkit/v1/passes/{one.path}")
    assert bare.status_code == 401


async def test_the_twenty_first_phone_pushes_the_first_one_out(world: Phones) -> None:
    one = await world.issued(world.shop.card())
    devices = [a_phone() for _ in range(25)]
    for device in devices:
        assert (await world.register(one, device)).status_code == 201
    assert sorted(world.phones(one)) == sorted(devices[5:])
    at_once = [a_phone() for _ in range(12)]
    answers = await asyncio.gather(*(world.register(one, device) for device in at_once))
    assert {answer.status_code for answer in answers} == {201}
    assert len(world.phones(one)) == 20
    assert set(at_once) <= set(world.phones(one))
    assert ("unregistered", {"phones": 19, "why": "cap"}) in world.events(one)


async def test_a_phone_that_takes_over_a_changed_pass_is_told_and_the_others_are_not(world: Phones) -> None:
    """It may have been given an old file, and its cursor may be past the change: so it counts as changed for it."""
    card, first, second = world.shop.card(), a_phone(), a_phone()
    one = await world.issued(card)
    other = await world.issued(world.shop.card(name="Beto Paz"))
    await world.register(one, first)
    await world.register(other, second)
    await world.stamp(card)
    world.rows(
        "UPDATE wallet_registrations r SET pushed_tag = p.tag FROM wallet_passes p WHERE p.id = r.pass_id RETURNING 1"
    )
    for _ in range(3):
        world.note(world.shop.card())  # tags of other passes
    cursor = str(world.rows("SELECT last FROM wallet_tags WHERE pass_type_id = 'pass.pe.sello.cards'")[0][0])
    await world.register(one, second)
    assert (await world.changed(second, cursor))[0] == [one.serial]
    owed = world.rows(
        "SELECT d.device_id FROM wallet_registrations r JOIN wallet_devices d ON d.id = r.device"
        " JOIN wallet_passes p ON p.id = r.pass_id WHERE p.serial = %s AND r.pushed_tag < p.tag",
        one.serial,
    )
    assert owed == [(second,)]


async def test_what_phones_say_is_kept_with_the_pass_and_bounded(world: Phones, platform_db: PlatformPool) -> None:
    one = await world.issued(world.shop.card())
    token = one.content["authenticationToken"]
    lines = [
        f"Passbook says: {one.serial} could not be\nread with ApplePass {token}" + "x" * 2000,
        "authenticationToken must be at least 16 characters.",
        "\x00",
    ]
    answer = await world.client.post("/passkit/v1/log", json={"logs": lines, "more": 1})
    assert (answer.status_code, answer.content) == (200, b"")
    [(_, details)] = [event for event in world.events(one) if event[0] == "logged"]
    assert len(details["text"]) <= 500
    assert token not in details["text"]
    assert one.serial not in details["text"]
    assert details["text"].startswith("Passbook says: … could not be read with ApplePass …")
    assert world.rows("SELECT count(*) FROM wallet_logs WHERE message = %s", lines[1]) == [(1,)]
    world.rows(
        "INSERT INTO wallet_logs (id, message) SELECT new_id(), 'flood' FROM generate_series(1, 5100) RETURNING 1"
    )
    for _ in range(2):
        await world.client.post("/passkit/v1/log", json={"logs": ["one more"] * 1000})
    assert world.rows("SELECT count(*) <= 5000, count(*) FILTER (WHERE message = 'one more') FROM wallet_logs") == [
        (True, 40)
    ]
    for _ in range(11):
        await world.client.post("/passkit/v1/log", json={"logs": [one.serial] * 20})
    assert len(world.events(one)) == 200
    assert [number for (number,) in world.rows("SELECT max(number) FROM wallet_events")] >= [220]
    assert (await world.client.post("/passkit/v1/log", json={"logs": "none"})).status_code == 422
    assert (await world.client.post("/passkit/v1/log", content=b"x" * 200_000)).status_code in (413, 415)


async def test_the_pass_of_an_erased_card_is_told_once_more_and_then_is_nobodys(world: Phones) -> None:
    card, device = world.shop.card(), a_phone()
    one = await world.issued(card)
    await world.register(one, device)
    world.rows("UPDATE cards SET erased_at = app_now(), scan_code = %s WHERE id = %s RETURNING 1", "X" * 20, card.id)
    world.rows("UPDATE wallet_passes SET voided_at = app_now() WHERE serial = %s RETURNING 1", one.serial)
    answer = await world.fetch(one)
    void = read(answer.content, world.folder, root=world.settings.sello_home / "apple" / "root.pem")
    assert void.content["voided"] is True
    assert "barcodes" not in void.content
    assert "strip.png" not in void.files
    assert card.scan_code not in void.files["pass.json"].decode()
    assert void.serial == one.serial
    # A shop that has closed may open again for a month: only then is its card nobody's.
    world.rows(
        "UPDATE wallet_passes SET voided_at = app_now() - interval '8 days' WHERE serial = %s RETURNING 1", one.serial
    )
    world.rows("UPDATE cards SET erased_at = NULL WHERE id = %s RETURNING 1", card.id)
    assert (await world.fetch(one)).status_code == 200
    world.rows("UPDATE cards SET erased_at = app_now() WHERE id = %s RETURNING 1", card.id)
    assert (await world.fetch(one)).status_code == 401
    assert (await world.unregister(one, device)).status_code == 401


async def test_the_night_forgets_phones_of_void_passes_and_old_words(world: Phones, platform_db: PlatformPool) -> None:
    void, good, idle = [await world.issued(world.shop.card(name=name)) for name in ("Ana Paz", "Beto Paz", "Cata Paz")]
    phones = [a_phone() for _ in range(3)]
    for one, device in zip((void, good, idle), phones, strict=True):
        await world.register(one, device)
    world.rows(
        "UPDATE wallet_passes SET voided_at = app_now() - interval '8 days' WHERE serial = ANY (%s) RETURNING 1",
        [void.serial, good.serial],  # the good one's shop is closed, and may open again
    )
    world.rows(
        "UPDATE cards c SET erased_at = app_now() FROM wallet_passes p WHERE p.card_id = c.id AND p.serial = %s"
        " RETURNING 1",
        void.serial,
    )
    world.rows(
        "UPDATE wallet_events e SET at = app_now() - interval '91 days' FROM wallet_passes p"
        " WHERE p.id = e.pass_id AND p.serial = %s AND e.kind = 'issued' RETURNING 1",
        good.serial,
    )
    world.rows(
        "DELETE FROM wallet_registrations r USING wallet_devices d"
        " WHERE d.id = r.device AND d.device_id = %s RETURNING 1",
        phones[2],
    )
    world.rows(
        "UPDATE wallet_devices SET seen_at = app_now() - interval '2 hours' WHERE device_id = ANY (%s) RETURNING 1",
        phones,
    )
    await platform_db.execute("INSERT INTO wallet_logs (id, message) VALUES (%(id)s, 'of today')", id=uuid4())
    world.rows("UPDATE wallet_logs SET at = app_now() - interval '91 days' WHERE message <> 'of today' RETURNING 1")
    await forget_old_rows(platform_db)
    known = world.rows("SELECT device_id FROM wallet_devices WHERE device_id = ANY (%s)", phones)
    assert known == [(phones[1],)]
    assert (world.phones(void), world.phones(good)) == ([], [phones[1]])
    assert world.rows("SELECT token_sealed IS NULL FROM wallet_passes WHERE serial = %s", void.serial) == [(True,)]
    assert [kind for kind, _ in world.events(good)] == ["registered"]
    assert world.rows("SELECT count(*) FROM wallet_logs WHERE message <> 'of today'") == [(0,)]


class TestRules:
    """What phones send, read with care."""

    def test_a_token_is_read_from_its_scheme_alone(self) -> None:
        token = "A" * 26
        assert token_in(f"ApplePass {token}") == token_in(f"applepass {token} ") == token
        for odd in (None, "", token, f"Bearer {token}", "ApplePass", f"ApplePass {token} {token}", "ApplePass short"):
            assert token_in(odd) is None

    def test_a_tag_is_one_that_was_told(self) -> None:
        assert [tag_in(text, newest=7) for text in ("0", "7", "8", None, "x", "9" * 30)] == [0, 7, -1, -1, -1, -1]

    def test_a_moment_without_a_zone_is_utc(self) -> None:
        assert moment_in("Mon, 23 Nov 2026 10:00:00 GMT") == datetime(2026, 11, 23, 10, tzinfo=UTC)
        assert moment_in("Mon, 23 Nov 2026 10:00:00 -0000") == datetime(2026, 11, 23, 10, tzinfo=UTC)
        for odd in ("nonsense", "Mon, 01 Jan 99999 00:00:00 GMT", "Mon, 31 Feb 2026 00:00:00 GMT", "", None):
            assert moment_in(odd) is None

    def test_lines_are_few_short_and_without_secrets(self) -> None:
        assert lines_in(["half \ud800"]) == ["half ?"]
        assert lines_in([" a\nb ", "", "ApplePass secret", *["x"] * 50])[:2] == ["a b", "ApplePass …"]
        assert len(lines_in(["y"] * 50)) == 20
        assert serials_in(f"{'A' * 26} and {'B' * 27} and {'A' * 26}") == ["A" * 26]

    def test_a_second_hides_nothing(self) -> None:
        second = datetime(2026, 11, 23, 10, tzinfo=UTC)
        change, later = second + timedelta(milliseconds=200), second + timedelta(milliseconds=800)
        told = last_modified(change, now=second + timedelta(milliseconds=300))
        assert told == second
        assert not unchanged_since(later, told, now=second + timedelta(seconds=3))
        told = last_modified(later, now=second + timedelta(seconds=2))
        assert told == second + timedelta(seconds=1)
        assert unchanged_since(later, told, now=second + timedelta(seconds=3))
        exactly = second + timedelta(seconds=1)
        assert not unchanged_since(exactly, told, now=second + timedelta(seconds=3))
        assert last_modified(exactly, now=exactly) == exactly
        assert not unchanged_since(exactly, exactly, now=exactly)
