/** Sends what waits: in order, by one window at a time, until all of it has an answer. */
import { NoAnswer, Refusal } from "../contracts";
import { byId, MOST_AT_ONCE, type Outcome, rest, type Stamp, unreadable } from "./rules";
import type { Outbox } from "./store";

/** What sending needs of the rest of the world. */
export type World = {
  /** Whose stamps may be sent now; null without a till. */
  shop: () => string | null;
  /** Whether the server answers; asked before anything counts as sent when it was silent last. */
  reach: () => Promise<boolean>;
  /** Outcomes in the order of the stamps; throws `NoAnswer` or `Refusal`. */
  send: (stamps: Stamp[]) => Promise<Outcome[]>;
  now: () => Date;
  chance: () => number;
  /** Run `work` while no other window does; false when another one does already. `steal`: it has had its time. */
  alone: (work: () => Promise<void>, steal: boolean) => Promise<boolean>;
  /** Call back after so many ms; returns how to call it off. */
  later: (ms: number, call: () => void) => () => void;
  /** Told after every change of the list. */
  changed: (outcomes: ReadonlyMap<string, Outcome>) => void;
};

/** The server looked at the request itself and would not read it: one stamp in it is to blame. */
const UNREADABLE = new Set([400, 413, 422]);
const STEAL_AFTER = 60_000; // ms; a request has given up long before, so its window sleeps or is gone

/** The sender of one window. */
export class Sender {
  private tries = 0;
  private running = false;
  private again = false;
  private shutOutSince: number | null = null;
  private callOff: () => void = () => undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly world: World,
  ) {}

  /** Send now; also what a new stamp, a signal that came back and a look at the page do. */
  async flush(): Promise<void> {
    this.callOff();
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        const had = await this.world.alone(() => this.drain(), this.isLate());
        if (had) this.shutOutSince = null;
        else this.standBy();
      } while (this.wanted());
    } catch {
      this.restFor(null); // the disk failed; whoever stamps is told by `add`
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    this.callOff();
  }

  private async drain(): Promise<void> {
    for (;;) {
      const shop = this.world.shop();
      if (shop === null || (await this.outbox.waiting()) === 0) return;
      if (!(await this.world.reach())) return this.restFor(null);
      const stamps = await this.outbox.take(shop, MOST_AT_ONCE);
      if (stamps.length === 0) return;
      this.world.changed(new Map());
      let outcomes: Map<string, Outcome>;
      try {
        outcomes = await this.send(stamps);
      } catch (error) {
        this.world.changed(new Map());
        return this.restFor(afterOf(error));
      }
      const done = await this.outbox.settle(outcomes, this.world.now());
      this.world.changed(outcomes);
      if (done === 0) return this.restFor(null); // all of them are to come again later
      this.tries = 0;
      if (done < stamps.length) return this.restFor(null);
    }
  }

  /** In one request, or in two halves when something in it cannot be read: one bad stamp holds up no other. */
  private async send(stamps: Stamp[]): Promise<Map<string, Outcome>> {
    try {
      return byId(stamps, await this.world.send(stamps));
    } catch (error) {
      if (!(error instanceof Refusal) || !UNREADABLE.has(error.status)) throw error;
      const [only] = stamps;
      if (only && stamps.length === 1) return new Map([[only.id, unreadable(only.id, error.code, error.message)]]);
      const middle = Math.ceil(stamps.length / 2);
      const first = await this.send(stamps.slice(0, middle));
      return new Map([...first, ...(await this.send(stamps.slice(middle)))]);
    }
  }

  /** Another window sends. Should it be closed or sleep, we take over. */
  private standBy(): void {
    this.shutOutSince ??= this.world.now().getTime();
    this.restAgain(rest(0, this.world.chance()));
  }

  private isLate(): boolean {
    return this.shutOutSince !== null && this.world.now().getTime() - this.shutOutSince > STEAL_AFTER;
  }

  /** Somebody asked again while we were sending. */
  private wanted(): boolean {
    return this.again && this.tries === 0 && this.shutOutSince === null;
  }

  private restFor(after: number | null): void {
    this.restAgain(rest(this.tries++, this.world.chance(), after));
  }

  private restAgain(ms: number): void {
    this.callOff();
    this.callOff = this.world.later(ms, () => void this.flush());
  }
}

function afterOf(error: unknown): number | null {
  return error instanceof NoAnswer || error instanceof Refusal ? error.after : null;
}
