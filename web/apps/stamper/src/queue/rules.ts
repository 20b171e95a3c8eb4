/** What a stamp on its way is, and what becomes of it. Pure. */
import type { Body } from "@sello/api";
import type { Entry, EntryState, Target } from "../contracts";

/**
 * A stamp this machine gave. It is written down before anything is sent, and stays in the list of the day.
 *
 * `id` and `occurredAt` are in the server's time. `settledAt` is when its state became final.
 */
export type Stamp = {
  id: string;
  /** The shop it was given in: a till that changed shops sends nothing of the former one. */
  businessId: string;
  target: Target;
  label: string;
  givenBy: string;
  occurredAt: string;
  stamps: number;
  amountCentimos: number | null;
  state: "waiting" | "done" | "refused" | "undone";
  /** It may have reached the server: from then on only the server can take it back. */
  sent: boolean;
  settledAt: string | null;
  answer: Body<"StampAnswer"> | null;
  /** Of a waiting one: why the server would not take it yet. */
  refusal: { code: string; message: string; details: Readonly<Record<string, unknown>> } | null;
  /** Somebody has read why it was refused. */
  seen: boolean;
};

export type Outcome = Body<"StampOutcome">;

/** How many go in one request. */
export const MOST_AT_ONCE = 50;
/** How long the server takes a stamp after it was given, and how long a settled one stays in the list, ms. */
export const ACCEPTED = 7 * 24 * 3600 * 1000;
export const KEPT = 48 * 3600 * 1000;

const FIRST_REST = 1_000;
const LONGEST_REST = 60_000;

/**
 * How long to wait after so many tries without an answer, ms; `chance` is of [0, 1) and keeps tills apart. `after`: the
 * seconds the server asked for, which are never cut short.
 */
export function rest(tries: number, chance: number, after: number | null = null): number {
  const own = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(tries, 10)) * (0.5 + chance / 2);
  return after === null ? own : Math.max(own, after * 1000 * (1 + chance / 10));
}

/** The body that is sent for a stamp; the till is the credential's own. */
export function bodyOf(stamp: Stamp): Body<"NewStamp"> {
  return {
    id: stamp.id,
    occurred_at: stamp.occurredAt,
    ...("code" in stamp.target ? { scan_code: stamp.target.code } : { card_id: stamp.target.cardId }),
    stamps: stamp.stamps,
    ...(stamp.amountCentimos === null ? {} : { amount_centimos: stamp.amountCentimos }),
    given_by: stamp.givenBy,
  };
}

/**
 * Outcomes by the id that was sent. They come in the order sent; one whose stamp could not even be read has no id.
 *
 * Whatever the answer leaves out keeps waiting.
 */
export function byId(stamps: readonly Stamp[], outcomes: readonly Outcome[]): Map<string, Outcome> {
  const sent = new Set(stamps.map((stamp) => stamp.id));
  const found = new Map<string, Outcome>();
  outcomes.forEach((outcome, index) => {
    const id = outcome.id ?? (outcomes.length === stamps.length ? stamps[index]?.id : undefined);
    if (id !== undefined && sent.has(id)) found.set(id, outcome);
  });
  return found;
}

/** What a single stamp's request comes to when the server would not even look at it: nobody waits behind it. */
export function unreadable(id: string, code: string, message: string): Outcome {
  return { outcome: "refused", id, refusal: { code, message, permanent: true, details: {} } };
}

/**
 * The stamp after what the server said of it.
 *
 * A refusal that is not for good leaves it waiting, with the reason. Nothing settled ever changes: an answer that
 * arrives twice, or in another window, says the same.
 */
export function settled(stamp: Stamp, outcome: Outcome, now: string): Stamp {
  if (stamp.state !== "waiting") return stamp;
  const answer = outcome.stamp;
  if (answer)
    return {
      ...stamp,
      state: "done",
      settledAt: now,
      answer,
      refusal: null,
      label: answer.customer_name || stamp.label,
    };
  const { permanent, ...why } = outcome.refusal ?? { code: "unknown", message: "", permanent: true, details: {} };
  return permanent
    ? { ...stamp, state: "refused", settledAt: now, refusal: why, seen: false }
    : { ...stamp, refusal: why };
}

/** Whether a stamp has been in the list for long enough. A refusal stays until somebody has seen it. */
export function isOver(stamp: Stamp, now: number): boolean {
  if (stamp.state === "waiting" || (stamp.state === "refused" && !stamp.seen)) return false;
  return stamp.settledAt !== null && now - Date.parse(stamp.settledAt) > KEPT;
}

/** A stamp as the list shows it. `online`: while not, nothing is being sent, whatever may have left before. */
export function entryOf(stamp: Stamp, online: boolean): Entry {
  const state: EntryState =
    stamp.state === "waiting" && stamp.sent && online && !stamp.refusal ? "sending" : stamp.state;
  return {
    id: stamp.id,
    label: stamp.label,
    at: stamp.occurredAt,
    givenBy: stamp.givenBy,
    stamps: stamp.stamps,
    target: stamp.target,
    state,
    goodUntil: new Date(Date.parse(stamp.occurredAt) + ACCEPTED).toISOString(),
    ...(stamp.answer ? { answer: stamp.answer } : {}),
    ...(stamp.refusal ? { refusal: stamp.refusal } : {}),
    seen: stamp.seen,
  };
}
