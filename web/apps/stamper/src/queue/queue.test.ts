import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { NoAnswer, Refusal } from "../contracts";
import { type Database, openDatabase } from "../database";
import { kept } from "../watched";
import { idMaker } from "./ids";
import { makeQueue } from "./queue";
import { bodyOf, byId, entryOf, isOver, KEPT, rest } from "./rules";
import { Outbox } from "./store";
import { NOON, refused, Server, SHOP, stamp, Window } from "./testing";

const many = (count: number) => Array.from({ length: count }, () => stamp());
let names = 0;
let database: Database;
let outbox: Outbox;
let server: Server;
let locks: { held: boolean };
beforeEach(async () => {
  database = await openDatabase(`test-${names++}`);
  outbox = new Outbox(database);
  server = new Server();
  locks = { held: false };
});
const states = async () => Object.fromEntries((await outbox.all()).map((one) => [one.id, one.state]));

test("ids sort as they were made, within a millisecond and when the clock jumps back", () => {
  const make = idMaker();
  const made = Array.from({ length: 5000 }, (_, index) => make(index < 3000 ? 1_000_000 : 999_000));
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(5000);
  expect(made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
});

describe("a day without a signal", () => {
  test("fifty stamps, a reload, and each is counted once and in order", async () => {
    const given = many(50);
    const before = new Window(outbox, server, locks);
    before.reachable = false;
    for (const one of given) {
      await outbox.add(one);
      await before.sender.flush();
    }
    expect(server.requests).toEqual([]);
    expect((await outbox.all()).some((one) => one.sent)).toBe(false); // so all of them may still be withdrawn

    await new Window(outbox, server, locks).sender.flush();
    expect(server.counted).toEqual(given.map((one) => one.id));
    expect(await outbox.waiting()).toBe(0);
  });

  test("answers that are lost are asked for again, and nothing is counted twice", async () => {
    const given = many(120);
    for (const one of given) await outbox.add(one);
    server.losesAnswers = 2;
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    while (window.timers.length) await window.wait();
    expect(server.counted).toEqual(given.map((one) => one.id));
    expect(await outbox.waiting()).toBe(0);
  });

  test("rests grow while nobody answers, and never cut short what the server asked for", async () => {
    await outbox.add(stamp());
    server.trouble = new NoAnswer();
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    const rests: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      rests.push(window.timers[0]?.ms ?? -1);
      await window.wait();
    }
    expect(rests).toEqual([500, 1000, 2000]);
    server.trouble = new Refusal("too_many_requests", "Espera", 429, {}, 90);
    await window.wait();
    expect(window.timers[0]?.ms).toBe(90_000);
  });
});

describe("windows", () => {
  test("of two one sends, and the other takes over when it is closed", async () => {
    await outbox.add(stamp());
    const [one, other] = [new Window(outbox, server, locks), new Window(outbox, server, locks)];
    locks.held = true; // somebody else's window
    await one.sender.flush();
    expect(server.requests).toEqual([]);
    locks.held = false;
    await Promise.all([one.sender.flush(), other.sender.flush()]);
    expect(server.requests).toHaveLength(1);
    await other.wait();
    expect(server.counted).toHaveLength(1);
  });

  test("a window that sleeps with the lock in its hand is passed over after a minute", async () => {
    await outbox.add(stamp());
    locks.held = true;
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    await window.wait();
    expect([window.steals, server.counted.length]).toEqual([0, 0]);
    window.clock += 61_000;
    await window.wait();
    expect([window.steals, server.counted.length]).toEqual([1, 1]);
  });

  test("what another shop's till gave is not sent by this one", async () => {
    await outbox.add(stamp({ businessId: "0192-sol" }));
    const mine = stamp();
    await outbox.add(mine);
    await new Window(outbox, server, locks).sender.flush();
    expect(server.counted).toEqual([mine.id]);
    expect(await outbox.waiting()).toBe(1);
  });

  test("a newer app in another window gets the disk, and this one says so", async () => {
    const wish = indexedDB.open(`test-${names - 1}`, 2);
    await new Promise((resolve, reject) => {
      wish.onsuccess = resolve;
      wish.onerror = reject;
    });
    await expect(outbox.add(stamp())).rejects.toMatchObject({ code: "stale" });
    wish.result.close();
  });
});

describe("refusals", () => {
  test("one that is for good is kept with its reason until it was seen; its neighbours are counted", async () => {
    const [first, second, third] = many(3) as [
      ReturnType<typeof stamp>,
      ReturnType<typeof stamp>,
      ReturnType<typeof stamp>,
    ];
    for (const one of [first, second, third]) await outbox.add(one);
    server.refuses.add(second.id);
    await new Window(outbox, server, locks).sender.flush();
    expect(server.counted).toEqual([first.id, third.id]);
    const kept = (await outbox.all()).find((one) => one.id === second.id);
    expect([kept?.state, kept?.refusal]).toEqual(["refused", { code: "cooldown", message: "Muy pronto", details: {} }]);

    const later = new Date(NOON.getTime() + 2 * KEPT);
    await outbox.tidy(later);
    expect(await outbox.all()).toHaveLength(1);
    await outbox.see(second.id);
    await outbox.tidy(later);
    expect(await outbox.all()).toHaveLength(0);
  });

  test("a busy server is asked again after a rest; the reason is shown meanwhile", async () => {
    const one = stamp();
    await outbox.add(one);
    server.busyFor.add(one.id);
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    expect(entryOf((await outbox.all())[0] ?? one, true)).toMatchObject({
      state: "waiting",
      refusal: { message: "Muy pronto" },
    });
    await window.wait();
    expect(server.counted).toEqual([one.id]);
  });

  test("one that never gets through holds up no other, however many they are", async () => {
    const stuck = stamp();
    const given = [stuck, ...many(70)];
    for (const one of given) await outbox.add(one);
    const window = new Window(outbox, server, locks);
    for (let turn = 0; turn < 6; turn++) {
      server.busyFor.add(stuck.id);
      if (turn === 0) await window.sender.flush();
      else await window.wait();
    }
    expect(server.counted).toHaveLength(70);
    expect(await outbox.waiting()).toBe(1);
  });

  test("one that makes its whole request unreadable is found and told, and the others are counted in order", async () => {
    const given = many(50);
    for (const one of given) await outbox.add(one);
    const bad = given[17]?.id ?? "";
    server.poison.add(bad);
    await new Window(outbox, server, locks).sender.flush();
    expect(server.counted).toEqual(given.map((one) => one.id).filter((id) => id !== bad));
    expect((await states())[bad]).toBe("refused");
    expect(server.requests.length).toBeLessThan(16);
  });

  test("a till that was ended keeps what waits", async () => {
    await outbox.add(stamp());
    server.trouble = new Refusal("device_ended", "Esta caja terminó", 401, {});
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    window.shop = null;
    await window.wait();
    expect(await outbox.waiting()).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  test("outcomes belong to the stamp whose id they name; one without an id to its place", () => {
    const [one, two] = many(2) as [ReturnType<typeof stamp>, ReturnType<typeof stamp>];
    const swapped = byId([one, two], [refused(two.id, true), refused(one.id, false)]);
    expect(swapped.get(one.id)?.refusal?.permanent).toBe(false);
    expect(byId([one, two], [refused(one.id, true), refused(null, false)]).get(two.id)?.refusal?.permanent).toBe(false);
    expect([...byId([one, two], [refused(null, true)]).keys()]).toEqual([]);
    expect([...byId([one], [refused("0192-strange", true)]).keys()]).toEqual([]);
  });
});

describe("taking back", () => {
  test("what was never sent is never sent", async () => {
    const one = stamp();
    await outbox.add(one);
    expect(await outbox.withdraw(one.id, NOON)).toBe(true);
    await new Window(outbox, server, locks).sender.flush();
    expect(server.requests).toEqual([]);
    expect((await states())[one.id]).toBe("undone");
  });

  test("what may have arrived is the server's to take back", async () => {
    const one = stamp();
    await outbox.add(one);
    server.losesAnswers = 1;
    const window = new Window(outbox, server, locks);
    await window.sender.flush();
    expect(await outbox.withdraw(one.id, NOON)).toBe(false);
    await window.wait();
    expect((await states())[one.id]).toBe("done");
    expect(await outbox.undone(one.id, NOON)).toBe(true);
  });

  test("an answer that comes late changes nothing that is settled", async () => {
    const one = stamp();
    await outbox.add(one);
    await outbox.settle(byId([one], server.answer([one])), NOON);
    await outbox.undone(one.id, NOON);
    await outbox.settle(byId([one], server.answer([one])), NOON);
    expect((await states())[one.id]).toBe("undone");
  });

  test("nothing that waits is forgotten by time or by a sign-out that was not told to", async () => {
    const one = stamp();
    await outbox.add(one);
    expect(isOver(one, NOON.getTime() + 100 * KEPT)).toBe(false);
    expect(await outbox.empty(false)).toBe(false);
    expect(await outbox.waiting()).toBe(1);
    expect(await outbox.empty(true)).toBe(true);
    expect(await outbox.all()).toEqual([]);
  });
});

describe("the queue as screens see it", () => {
  const order = {
    kind: "stamp" as const,
    target: { code: "ABC" },
    stamps: 1,
    givenBy: "0192-diego",
    label: "Código ABC",
  };
  function counter(first: boolean) {
    const online = kept(first);
    const window = new Window(outbox, server, locks);
    const queue = makeQueue({
      outbox,
      sender: window.sender,
      now: () => NOON,
      shop: () => SHOP,
      online,
      tell: () => undefined,
    });
    return { online, queue };
  }

  test("a stamp without a signal waits, and leaves when it is back", async () => {
    const { online, queue } = counter(false);
    const entry = await queue.add(order);
    expect([entry.state, entry.label, queue.count.read()]).toEqual(["waiting", "Código ABC", 1]);
    expect(entry.goodUntil).toBe("2026-11-30T17:00:00.000Z");
    online.write(true);
    await vi.waitFor(() => expect(server.counted).toEqual([entry.id]));
    await vi.waitFor(async () => expect(await outbox.waiting()).toBe(0));
    await queue.look();
    expect((await queue.settled(entry.id, 0)).state).toBe("done");
    expect(queue.count.read()).toBe(0);
  });

  test("without an answer the entry comes back as it is", async () => {
    const { queue } = counter(false);
    const entry = await queue.add(order);
    expect((await queue.settled(entry.id, 5)).state).toBe("waiting");
    await expect(queue.settled("0192-nobody", 5)).rejects.toThrow();
  });

  test("an entry that left may be on its way only while there is a signal", () => {
    expect(entryOf(stamp({ sent: true }), true).state).toBe("sending");
    expect(entryOf(stamp({ sent: true }), false).state).toBe("waiting");
  });
});

test("a stamp is sent with its own id, time and giver", () => {
  const one = stamp({ target: { code: "abc" }, stamps: 2, amountCentimos: 1250 });
  expect(bodyOf(one)).toEqual({
    id: one.id,
    occurred_at: NOON.toISOString(),
    scan_code: "abc",
    stamps: 2,
    amount_centimos: 1250,
    given_by: "0192-diego",
  });
  expect(bodyOf(stamp())).toMatchObject({ card_id: "0192-card" });
});

test("rests grow to a minute and are never the same for two tills", () => {
  expect([0, 1, 2, 10, 99].map((tries) => rest(tries, 0))).toEqual([500, 1000, 2000, 30_000, 30_000]);
  expect(rest(99, 0.999)).toBeLessThan(60_000);
  expect(rest(0, 0.5, 7)).toBeGreaterThan(7000);
});
