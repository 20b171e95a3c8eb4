/** The shop's latest customers and its staff, as this till knew them when it last had a signal. */
import type { Body } from "@sello/api";
import { type Known, NoAnswer, Refusal, type Roster, type StaffSeen } from "../contracts";
import type { Database } from "../database";
import type { Ask } from "../line/ask";
import { kept } from "../watched";
import type { Pins } from "./pins";
import { found, type Person } from "./rules";

type Members = Body<"Switcher">[];
type Fetched = { at: string; tag: string | null; of: number | null };

const FETCHED = "roster";
const STAFF = "staff";
const SOON = 4_000; // ms: somebody waits to be let in

export type Parts = {
  database: Database;
  pins: Pins;
  ask: Ask;
  token: () => Promise<string>;
  ready: () => boolean;
  now: () => Date;
};

/** `learn`: the server has told a card's balance; `wipe`: forget everybody. */
export function makeRoster(
  parts: Parts,
): Roster & { learn: (cardId: string, balance: number) => Promise<void>; wipe: () => Promise<void> } {
  const { database, pins, ask } = parts;
  const at = kept<Date | null>(null);
  let people: Person[] | null = null;
  let of: number | null = null;

  const fetched = () => database.run(async (db) => (await db.get("facts", FETCHED)) as Fetched | undefined);
  const load = async () => {
    if (people) return people;
    const last = await fetched();
    const all = await database.run((db) => db.getAll("people"));
    of = last?.of ?? null;
    at.write(last ? new Date(last.at) : null);
    return (people = all.sort((one, other) => one.place - other.place));
  };

  const refreshPeople = async (token: string) => {
    const last = await fetched();
    const answer = await ask<Body<"RosterAnswer">>("GET", "/api/v1/devices/current/customers", {
      token,
      known: last?.tag ?? null,
    });
    const now: Fetched = {
      at: parts.now().toISOString(),
      tag: answer.tag ?? last?.tag ?? null,
      of: answer.body ? answer.body.of : (last?.of ?? null),
    };
    await database.run(async (db) => {
      const tx = db.transaction(["people", "facts"], "readwrite");
      if (answer.body) {
        void tx.objectStore("people").clear();
        answer.body.customers.forEach((one, place) => void tx.objectStore("people").put(personOf(one, place)));
      }
      void tx.objectStore("facts").put(now, FETCHED);
      await tx.done;
    });
    people = null;
    await load();
  };

  /** Whoever no longer works here can no longer switch to themselves, with a signal or without. */
  const refreshStaff = async (token: string) => {
    const { body } = await ask<Members>("GET", "/api/v1/devices/current/members", { token, patience: SOON });
    if (!body) return;
    const staff = body.map((one) => ({ accountId: one.account_id, name: one.name }));
    await database.run((db) => db.put("facts", staff, STAFF));
    const here = new Set(staff.map((one) => one.accountId));
    for (const pin of await pins.all()) if (!here.has(pin.accountId)) await pins.forget(pin.accountId);
  };

  const whenReady = async (work: (token: string) => Promise<void>) => {
    if (!parts.ready()) return;
    try {
      await work(await parts.token());
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refusal)) throw error; // what is known stays
    }
  };

  return {
    at,
    refresh: () =>
      whenReady(async (token) => {
        await refreshStaff(token);
        await refreshPeople(token);
      }),
    search: async (text) => found(await load(), text).map((one) => knownOf(one, of)),
    staff: async () => {
      await whenReady(refreshStaff);
      const listed = await database.run(async (db) => (await db.get("facts", STAFF)) as StaffListed[] | undefined);
      const seen = new Set((await pins.all()).map((pin) => pin.accountId));
      return (listed ?? []).map((one): StaffSeen => ({ ...one, offline: seen.has(one.accountId) }));
    },
    checkPin: (accountId, pin) => pins.check(accountId, pin),
    rememberPin: (staff, pin) => pins.remember(staff.accountId, staff.name, pin),
    forgetPin: (accountId) => pins.forget(accountId),
    learn: async (cardId, balance) => {
      await database.run(async (db) => {
        const tx = db.transaction("people", "readwrite");
        const one = await tx.store.get(cardId);
        if (one) void tx.store.put({ ...one, balance });
        await tx.done;
      });
      people = people?.map((one) => (one.cardId === cardId ? { ...one, balance } : one)) ?? null;
    },
    wipe: async () => {
      await database.run(async (db) => {
        const tx = db.transaction(["people", "pins", "facts"], "readwrite");
        for (const name of tx.objectStoreNames) void tx.objectStore(name).clear();
        await tx.done;
      });
      people = null;
      at.write(null);
    },
  };
}

type StaffListed = { accountId: string; name: string };

function personOf(one: Body<"RosterCustomer">, place: number): Person {
  return {
    customerId: one.id,
    cardId: one.card_id,
    firstName: one.first_name,
    lastThree: one.last_three,
    balance: one.balance,
    place,
  };
}

function knownOf(one: Person, of: number | null): Known {
  const { customerId, cardId, firstName, lastThree, balance } = one;
  return { customerId, cardId, firstName, lastThree, balance, of };
}
