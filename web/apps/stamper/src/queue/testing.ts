/** A server and windows for the tests of the queue: timers are called by hand, and answers may be lost on the way. */
import { NoAnswer, Refusal } from "../contracts";
import { idMaker } from "./ids";
import { type Outcome, type Stamp } from "./rules";
import { Sender, type World } from "./sender";
import type { Outbox } from "./store";

export const NOON = new Date("2026-11-23T17:00:00Z");
export const SHOP = "0192-luna";
const makeId = idMaker();

export function stamp(part: Partial<Stamp> = {}): Stamp {
  return {
    id: makeId(NOON.getTime()),
    businessId: SHOP,
    target: { cardId: "0192-card" },
    label: "Ana",
    givenBy: "0192-diego",
    occurredAt: NOON.toISOString(),
    stamps: 1,
    amountCentimos: null,
    state: "waiting",
    sent: false,
    settledAt: null,
    answer: null,
    refusal: null,
    seen: false,
    ...part,
  };
}

export function refused(id: string | null, permanent: boolean): Outcome {
  return {
    outcome: "refused",
    ...(id === null ? {} : { id }),
    refusal: { code: "cooldown", message: "Muy pronto", permanent, details: {} },
  };
}

/** A server that counts each id once. */
export class Server {
  counted: string[] = [];
  requests: string[][] = [];
  away = false;
  losesAnswers = 0;
  trouble: Error | null = null;
  busyFor = new Set<string>();
  refuses = new Set<string>();
  /** Requests with one of these are refused whole. */
  poison = new Set<string>();

  answer(stamps: readonly Stamp[]): Outcome[] {
    this.requests.push(stamps.map(({ id }) => id));
    if (this.away) throw new NoAnswer();
    if (this.trouble) throw this.trouble;
    if (stamps.some(({ id }) => this.poison.has(id))) throw new Refusal("malformed", "No se entiende", 400, {});
    const outcomes = stamps.map(({ id }) => this.judge(id));
    if (this.losesAnswers-- > 0) throw new NoAnswer();
    return outcomes;
  }

  private judge(id: string): Outcome {
    if (this.refuses.has(id)) return refused(id, true);
    if (this.busyFor.delete(id)) return refused(id, false);
    const isNew = !this.counted.includes(id);
    if (isNew) this.counted.push(id);
    return { outcome: isNew ? "counted" : "replay", id, stamp: { id, customer_name: "Ana" } } as Outcome;
  }
}

/** A window: its own sender over the shared list. */
export class Window {
  timers: { ms: number; call: () => void }[] = [];
  reachable = true;
  shop: string | null = SHOP;
  clock = NOON.getTime();
  steals = 0;
  sender: Sender;

  constructor(outbox: Outbox, server: Server, locks: { held: boolean }) {
    const world: World = {
      shop: () => this.shop,
      reach: () => Promise.resolve(this.reachable),
      send: (stamps) => new Promise((resolve) => resolve(server.answer(stamps))),
      now: () => new Date(this.clock),
      chance: () => 0,
      alone: async (work, steal) => {
        if (steal) this.steals++;
        if (locks.held && !steal) return false;
        locks.held = true;
        try {
          await work();
        } finally {
          locks.held = false;
        }
        return true;
      },
      later: (ms, call) => {
        const timer = { ms, call };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((other) => other !== timer);
        };
      },
      changed: () => undefined,
    };
    this.sender = new Sender(outbox, world);
  }

  /** Let the timers ring, and what they begin come to rest. */
  async wait(): Promise<void> {
    if (this.timers.length === 0) throw new Error("nobody waits");
    this.timers = [];
    await this.sender.flush();
  }
}
