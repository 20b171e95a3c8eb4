/** The stamps of this machine on its disk. Every change is one transaction, so a crash leaves none half done. */
import type { Database } from "../database";
import { isOver, type Outcome, type Stamp, settled } from "./rules";

const waitingKeys = () => IDBKeyRange.bound(["waiting", ""], ["waiting", "g"]); // ids are hexadecimal

/** The list; several windows may work on it at once. */
export class Outbox {
  constructor(private readonly database: Database) {}

  /** Write a stamp down; when this resolves it is on the disk. */
  add(stamp: Stamp): Promise<void> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite", { durability: "strict" });
      await Promise.all([tx.store.add(stamp), tx.done]);
    });
  }

  /** The oldest of the shop that wait, in the order they were given; from now on they count as sent. */
  take(businessId: string, most: number): Promise<Stamp[]> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite", { durability: "strict" });
      const waiting = await tx.store.index("state").getAll(waitingKeys());
      const stamps = waiting.filter((stamp) => stamp.businessId === businessId).slice(0, most);
      for (const stamp of stamps) if (!stamp.sent) void tx.store.put({ ...stamp, sent: true });
      await tx.done;
      return stamps;
    });
  }

  /** All of the list, the latest first. */
  all(): Promise<Stamp[]> {
    return this.database.run(async (db) => (await db.getAll("stamps")).reverse());
  }

  waiting(): Promise<number> {
    return this.database.run((db) => db.countFromIndex("stamps", "state", waitingKeys()));
  }

  /** Note what the server said, all in one transaction; how many of them wait no longer. */
  settle(outcomes: ReadonlyMap<string, Outcome>, now: Date): Promise<number> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite");
      let done = 0;
      for (const [id, outcome] of outcomes) {
        const stamp = await tx.store.get(id);
        if (!stamp) continue;
        const next = settled(stamp, outcome, now.toISOString());
        if (next !== stamp) void tx.store.put(next);
        if (next.state !== "waiting") done++;
      }
      await tx.done;
      return done;
    });
  }

  /** Take back a stamp that was never sent; false when the server may have it. */
  withdraw(id: string, now: Date): Promise<boolean> {
    return this.change(id, (stamp) =>
      stamp.state === "waiting" && !stamp.sent ? { ...stamp, state: "undone", settledAt: now.toISOString() } : null,
    );
  }

  /** The server has taken a counted stamp back. */
  undone(id: string, now: Date): Promise<boolean> {
    return this.change(id, (stamp) =>
      stamp.state === "done" ? { ...stamp, state: "undone", settledAt: now.toISOString() } : null,
    );
  }

  /** Somebody has read why it was refused. */
  see(id: string): Promise<boolean> {
    return this.change(id, (stamp) => (stamp.state === "refused" ? { ...stamp, seen: true } : null));
  }

  /** Forget what is over its time. */
  tidy(now: Date): Promise<void> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite");
      for await (const cursor of tx.store) if (isOver(cursor.value, now.getTime())) await cursor.delete();
      await tx.done;
    });
  }

  /** Forget everything; with stamps waiting only when `loseWaiting`, else false. */
  empty(loseWaiting: boolean): Promise<boolean> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite");
      const waiting = await tx.store.index("state").count(waitingKeys());
      const may = waiting === 0 || loseWaiting;
      if (may) void tx.store.clear();
      await tx.done;
      return may;
    });
  }

  private change(id: string, act: (stamp: Stamp) => Stamp | null): Promise<boolean> {
    return this.database.run(async (db) => {
      const tx = db.transaction("stamps", "readwrite", { durability: "strict" });
      const stamp = await tx.store.get(id);
      const next = stamp ? act(stamp) : null;
      if (next) void tx.store.put(next);
      await tx.done;
      return next !== null;
    });
  }
}
