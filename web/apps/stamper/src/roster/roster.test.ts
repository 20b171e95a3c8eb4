import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { NoAnswer } from "../contracts";
import { type Database, openDatabase } from "../database";
import type { Answer, Ask, Wish } from "../line/ask";
import { Pins } from "./pins";
import { makeRoster } from "./roster";
import { fold, found, LOCKED_FOR, type Person } from "./rules";

const NOON = new Date("2026-11-23T17:00:00Z");
let names = 0;
let database: Database;
let clock = NOON.getTime();
beforeEach(async () => {
  database = await openDatabase(`roster-${names++}`);
  clock = NOON.getTime();
});

function person(firstName: string, lastThree: string, place = 0): Person {
  return { customerId: `c-${firstName}`, cardId: `k-${firstName}`, firstName, lastThree, balance: 3, place };
}

test("names are found by the beginnings of words, accents aside; digits by the end", () => {
  const people = [person("José María", "321"), person("Ángela", "121"), person("Ana", "555")];
  const names = (text: string) => found(people, text).map((one) => one.firstName);
  expect(fold(" ÁÑE ")).toBe("ane");
  expect(names("mar")).toEqual(["José María"]);
  expect(names("jose m")).toEqual(["José María"]);
  expect(names("AN")).toEqual(["Ángela", "Ana"]);
  expect(names("21")).toEqual(["José María", "Ángela"]);
  expect(names("987 654 321")).toEqual(["José María"]);
  expect([names("1"), names("a"), names("")]).toEqual([[], [], []]);
});

describe("PINs", () => {
  const pins = () => new Pins(database, () => clock, 10);

  test("are checked here once they were right here, and lock after five wrong ones, reloads included", async () => {
    expect(await pins().check("diego", "1357")).toBe("unknown");
    await pins().remember("diego", "Diego", "1357");
    expect(await pins().check("diego", "1357")).toBe("ok");
    const tries: string[] = [];
    for (let turn = 0; turn < 6; turn++) tries.push(await pins().check("diego", "2468"));
    expect(tries).toEqual(["wrong", "wrong", "wrong", "wrong", "locked", "locked"]);
    expect(await pins().check("diego", "1357")).toBe("locked");
    clock += LOCKED_FOR + 1;
    expect(await pins().check("diego", "1357")).toBe("ok");
  });

  test("are not in what is kept", async () => {
    await pins().remember("diego", "Diego", "1357");
    const [kept] = await pins().all();
    expect(new TextDecoder().decode(kept?.hash)).not.toContain("1357");
    expect(Object.keys(kept ?? {}).sort()).toEqual(["accountId", "hash", "name", "salt", "until", "wrong"]);
  });
});

describe("the roster", () => {
  const customers = [
    { id: "c1", card_id: "k1", first_name: "Rosa", last_three: "321", balance: 4 },
    { id: "c2", card_id: "k2", first_name: "Julio", last_three: "321", balance: 9 },
  ];
  function opened() {
    const asked: [string, Wish | undefined][] = [];
    const answers = { customers, members: [{ account_id: "diego", name: "Diego" }], away: false };
    const ask: Ask = <T>(_method: string, path: string, wish?: Wish): Promise<Answer<T>> => {
      asked.push([path, wish]);
      if (answers.away) return Promise.reject(new NoAnswer());
      const unchanged = wish?.known === '"1"';
      const body = path.endsWith("/members")
        ? answers.members
        : unchanged
          ? null
          : { customers: answers.customers, of: 10 };
      return Promise.resolve({ body: body as T | null, tag: path.endsWith("/members") ? null : '"1"' });
    };
    const pins = new Pins(database, () => clock, 10);
    const roster = makeRoster({
      database,
      pins,
      ask,
      token: () => Promise.resolve("t"),
      ready: () => true,
      now: () => NOON,
    });
    return { roster, pins, asked, answers };
  }

  test("is kept over reloads in the server's order, and fetched whole only when it changed", async () => {
    const { roster, asked } = opened();
    await roster.refresh();
    expect((await roster.search("321")).map((one) => [one.firstName, one.balance, one.of])).toEqual([
      ["Rosa", 4, 10],
      ["Julio", 9, 10],
    ]);
    const later = opened();
    later.answers.away = true;
    await later.roster.refresh(); // no signal: what is known stays
    expect((await later.roster.search("ros"))[0]?.cardId).toBe("k1");
    await roster.refresh();
    expect(asked.at(-1)?.[1]?.known).toBe('"1"');
    expect(await roster.search("321")).toHaveLength(2);
  });

  test("learns a balance from an answer", async () => {
    const { roster } = opened();
    await roster.refresh();
    await roster.learn("k1", 5);
    await roster.learn("k-unknown", 5);
    expect((await roster.search("rosa"))[0]?.balance).toBe(5);
  });

  test("somebody who was dismissed can no longer switch here", async () => {
    const { roster, answers } = opened();
    await roster.refresh();
    await roster.rememberPin({ accountId: "diego", name: "Diego" }, "1357");
    expect(await roster.staff()).toEqual([{ accountId: "diego", name: "Diego", offline: true }]);
    answers.members = [];
    await roster.refresh();
    expect(await roster.staff()).toEqual([]);
    expect(await roster.checkPin("diego", "1357")).toBe("unknown");
  });

  test("nobody is left after it was wiped", async () => {
    const { roster, answers } = opened();
    await roster.refresh();
    await roster.rememberPin({ accountId: "diego", name: "Diego" }, "1357");
    await roster.wipe();
    answers.away = true;
    expect([await roster.search("321"), await roster.staff(), await roster.checkPin("diego", "1357")]).toEqual([
      [],
      [],
      "unknown",
    ]);
    expect(roster.at.read()).toBeNull();
  });
});
