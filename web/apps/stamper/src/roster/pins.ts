/** PINs checked without a signal, among those who stood here with one. The server decides on upload in any case. */
import type { Database } from "../database";
import { missed, type Pin } from "./rules";

// A PIN has few digits: this makes trying all of them take hours and no more, so nothing hangs on it but who is named
// as the giver, and a till that is lost is ended by its owner.
const ROUNDS = 310_000;
const BITS = 256;

export class Pins {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
    private readonly rounds: number = ROUNDS,
  ) {}

  async remember(accountId: string, name: string, pin: string): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = await this.hash(pin, salt);
    await this.database.run((db) => db.put("pins", { accountId, name, salt, hash, wrong: 0, until: 0 }));
  }

  /** `unknown`: never seen here. `locked`: five wrong ones in a row, for a quarter of an hour, reloads included. */
  async check(accountId: string, pin: string): Promise<"ok" | "wrong" | "unknown" | "locked"> {
    const known = await this.database.run((db) => db.get("pins", accountId));
    if (!known) return "unknown";
    if (known.until > this.now()) return "locked";
    const hash = await this.hash(pin, known.salt);
    const fits = same(hash, known.hash);
    const next: Pin = fits ? { ...known, wrong: 0, until: 0 } : missed(known, this.now());
    await this.database.run((db) => db.put("pins", next));
    return fits ? "ok" : next.until > this.now() ? "locked" : "wrong";
  }

  async forget(accountId: string): Promise<void> {
    await this.database.run((db) => db.delete("pins", accountId));
  }

  all(): Promise<Pin[]> {
    return this.database.run((db) => db.getAll("pins"));
  }

  private async hash(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: this.rounds },
      key,
      BITS,
    );
    return new Uint8Array(bits);
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.reduce((wrong, byte, at) => wrong | (byte ^ (other[at] ?? 0)), 0) === 0;
}
