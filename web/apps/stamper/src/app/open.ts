/** Everything the screens stand on, opened and joined together. */
import type { Body } from "@sello/api";
import { type Counter, NoAnswer, Refusal, StorageTrouble } from "../contracts";
import { noDatabase, openDatabase } from "../database";
import { type Ask, makeAsk } from "../line/ask";
import { makeClock, placeOf } from "../line/clock";
import { type Line, watchLine } from "../line/signal";
import { alone } from "../queue/alone";
import { makeQueue } from "../queue/queue";
import { bodyOf, type Outcome, type Stamp } from "../queue/rules";
import { Sender } from "../queue/sender";
import { Outbox } from "../queue/store";
import { Pins } from "../roster/pins";
import { makeRoster } from "../roster/roster";
import { openTill } from "../till/till";
import { watchUpdates } from "../worker/updates";

type News = "stamps" | "till";

/** Open what this machine remembers and start sending; `trouble` where nothing can be remembered. */
export async function openCounter(): Promise<Counter> {
  const updates = watchUpdates();
  const clock = makeClock(placeOf("sello:stamper:clock"));
  const line: { heard: (there: boolean) => void } = { heard: () => undefined };
  const ask = makeAsk(clock, (there) => line.heard(there));
  const signal = watchLine(() => answers(ask));
  line.heard = signal.heard;

  const { database, trouble } = await openDatabase().then(
    (database) => ({ database, trouble: null }),
    (error: unknown) => {
      const trouble = error instanceof StorageTrouble ? error : new StorageTrouble("denied", error);
      return { database: noDatabase(trouble), trouble };
    },
  );
  const outbox = new Outbox(database);
  const pins = new Pins(database, () => clock.now().getTime());
  const channel = new BroadcastChannel("sello-stamper");
  const tell = (news: News) => channel.postMessage(news);
  const shop = () => {
    const state = till.state.read();
    return state.is === "ready" || state.is === "ended" ? state.businessId : null;
  };
  const wipe = async (loseWaiting: boolean) => {
    if (!(await outbox.empty(loseWaiting))) return false;
    await roster.wipe();
    await queue.look();
    tell("stamps");
    return true;
  };
  const till = await openTill({ database, ask, wipe, tell: () => tell("till") });
  const roster = makeRoster({
    database,
    pins,
    ask,
    token: till.token,
    ready: () => till.state.read().is === "ready" && signal.online.read(),
    now: clock.now,
  });
  const sender = new Sender(outbox, {
    shop,
    reach: () => (signal.online.read() ? Promise.resolve(true) : signal.reach()),
    send: (stamps) => send(ask, till, stamps),
    now: clock.now,
    chance: Math.random,
    alone: (work, steal) => alone("sello-sender", work, steal),
    later: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    changed: (outcomes) => {
      tell("stamps");
      void queue.look();
      for (const { stamp } of outcomes.values()) if (stamp) void roster.learn(stamp.card_id, stamp.balance);
    },
  });
  const queue = makeQueue({ outbox, sender, now: clock.now, shop, online: signal.online, tell: () => tell("stamps") });
  channel.addEventListener("message", (event: MessageEvent<News>) => {
    void (event.data === "stamps" ? queue.look() : till.look());
  });

  if (!trouble) {
    await outbox.tidy(clock.now());
    await queue.look();
    stayAwake(sender, signal, () => void roster.refresh());
    till.state.watch(() => void sender.flush());
  }
  const letIn: typeof roster.rememberPin = async (staff, pin) => {
    await roster.rememberPin(staff, pin);
    void sender.flush(); // what they gave before the till was enrolled anew has waited for them
  };
  return {
    queue,
    roster: { ...roster, rememberPin: letIn },
    till,
    updates,
    signal: { online: signal.online, now: clock.now },
    trouble,
  };
}

const ROSTER_EVERY = 5 * 60 * 1000; // ms

/** Send and refresh when the page opens, is looked at again, or the signal is back. */
function stayAwake(sender: Sender, signal: Line, refresh: () => void): void {
  let refreshed = 0;
  const wake = () => {
    void sender.flush();
    if (!signal.online.read() || Date.now() - refreshed < ROSTER_EVERY) return;
    refreshed = Date.now();
    refresh();
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
  addEventListener("pageshow", wake);
  signal.online.watch(wake);
  setInterval(wake, ROSTER_EVERY);
  wake();
}

async function answers(ask: Ask): Promise<boolean> {
  try {
    await ask("GET", "/health/live", { patience: 5_000 });
    return true;
  } catch (error) {
    return error instanceof Refusal; // somebody is there
  }
}

async function send(ask: Ask, till: { token: () => Promise<string>; drop: () => void }, stamps: Stamp[]) {
  const body = { stamps: stamps.map(bodyOf) };
  const once = async () =>
    outcomesOf(await ask<Body<"StampOutcomes">>("POST", "/api/v1/stamps/batches", { body, token: await till.token() }));
  try {
    const outcomes = await once();
    if (outcomes.some(({ refusal }) => refusal && OF_THE_TILL.has(refusal.code))) {
      till.drop(); // its token still holds and the till no longer does: a renewal says so to everybody
      await till.token();
    }
    return outcomes;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401 || OF_THE_TILL.has(error.code)) throw error;
    till.drop(); // it ended sooner than we counted
    return once();
  }
}

/** Refusals that are about the till and its shop, whoever was stamped. */
const OF_THE_TILL = new Set(["device_ended", "business_closed", "business_suspended"]);

function outcomesOf({ body }: { body: Body<"StampOutcomes"> | null }): Outcome[] {
  if (!body) throw new NoAnswer();
  return body.outcomes;
}
