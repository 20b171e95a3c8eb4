/** What this machine remembers, in one IndexedDB: it outlives reloads, closed tabs and a phone without power. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { StorageTrouble } from "./contracts";
import type { Stamp } from "./queue/rules";
import type { Person, Pin } from "./roster/rules";

interface Schema extends DBSchema {
  stamps: { key: string; value: Stamp; indexes: { state: [string, string] } };
  people: { key: string; value: Person };
  pins: { key: string; value: Pin };
  facts: { key: string; value: unknown };
}

const NAME = "sello-stamper";
const VERSION = 1;

export type Database = {
  /** Work on the open database; opened anew when the browser had closed it. Throws `StorageTrouble`. */
  run: <T>(work: (db: IDBPDatabase<Schema>) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
};

/** One that holds nothing, where the browser remembers nothing. */
export function noDatabase(trouble: StorageTrouble): Database {
  return { run: () => Promise.reject(trouble), close: () => Promise.resolve() };
}

/** Open it, else throw `StorageTrouble`. Several windows may hold it open at once. */
export async function openDatabase(name: string = NAME): Promise<Database> {
  let stale = false;
  let opened: Promise<IDBPDatabase<Schema>> | null = null;

  const open = () =>
    openDB<Schema>(name, VERSION, {
      upgrade: (fresh) => {
        fresh.createObjectStore("stamps", { keyPath: "id" }).createIndex("state", ["state", "id"]);
        fresh.createObjectStore("people", { keyPath: "cardId" });
        fresh.createObjectStore("pins", { keyPath: "accountId" });
        fresh.createObjectStore("facts");
      },
      blocking: (_current, _wanted, event) => {
        stale = true; // a newer app, in another window, waits for us
        (event.target as IDBDatabase).close();
      },
      terminated: () => {
        opened = null;
      },
    });

  const run: Database["run"] = async (work) => {
    if (stale) throw new StorageTrouble("stale");
    try {
      opened ??= open();
      return await work(await opened);
    } catch (error) {
      const trouble = troubleOf(error, stale);
      if (trouble) opened = null;
      throw trouble ?? error;
    }
  };
  await run(() => Promise.resolve());
  return {
    run,
    close: async () => {
      (await opened)?.close();
      opened = null;
    },
  };
}

function troubleOf(error: unknown, stale: boolean): StorageTrouble | null {
  if (error instanceof StorageTrouble) return error;
  if (!(error instanceof DOMException) && !(error instanceof ReferenceError)) return null;
  if (stale || error.name === "VersionError") return new StorageTrouble("stale", error);
  if (error.name === "QuotaExceededError") return new StorageTrouble("full", error);
  if (error.name === "ConstraintError") return null;
  return new StorageTrouble("denied", error);
}
