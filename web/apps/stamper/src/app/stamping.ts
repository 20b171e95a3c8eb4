/** From a code or a customer to a stamp in the queue, or to the screen that is needed first. */
import { type Counter, type Entry, NoAnswer, Refusal, StorageTrouble } from "../contracts";
import { scan, type Scanned, type Token } from "../counter/cards";
import { cardIn, isOver, type ReadCode } from "../scan/codes";
import type { Rules } from "../session/place";
import type { Act, Whom } from "./machine";

const LOOK_UP = 250; // ms a look-up may take before the stamp goes ahead without a name

export type Stamping = { counter: Counter; token: Token; giver: string; rules: Rules | null; go: (act: Act) => void };

/** A code that was scanned or typed. */
export async function begin(work: Stamping, read: ReadCode, gift: boolean): Promise<void> {
  const { counter, go } = work;
  if (read.is !== "card") return refuse(go, read.is);
  const target = { code: read.code };
  const online = counter.signal.online.read();
  if (!online && isOver(read.issued, counter.signal.now())) return refuse(go, "code_expired");
  if (gift) return beginGift(work, read.code);
  let card: Scanned | null = null;
  try {
    card = online ? await withinTime(scan(work.token, read.code)) : null;
  } catch (error) {
    if (error instanceof Refusal && !ofTheSession(error)) return refuse(go, error.code, error.message, error.details);
  }
  if (card?.pending)
    return go({ do: "show", screen: { at: "pending", card: { cardId: card.card_id, name: card.first_name } } });
  await stampOrAsk(work, { target, label: card?.first_name ?? shortOf(read.code) });
}

/** Somebody whose card is known: stamp it, or ask what the rules need first. */
export async function stampOrAsk(work: Stamping, whom: Whom): Promise<void> {
  const { rules, go } = work;
  const asks = rules !== null && (rules.minimum !== null || rules.most > 1);
  if (asks) return go({ do: "show", screen: { at: "purchase", whom } });
  await give(work, whom, 1, undefined);
}

/** Write the stamp down; the queue sends it. */
export async function give(work: Stamping, whom: Whom, stamps: number, amount: number | undefined): Promise<void> {
  const { counter, giver, go } = work;
  try {
    const order = { kind: "stamp" as const, target: whom.target, stamps, givenBy: giver, label: whom.label };
    const entry = await counter.queue.add(amount === undefined ? order : { ...order, amountCentimos: amount });
    go({ do: "stamped", id: entry.id });
  } catch (error) {
    refuse(go, error instanceof StorageTrouble ? error.code : "other");
  }
}

/** The new card a stamp waits for, to be confirmed now; refuses in words when that cannot be told. */
export async function confirmFor({ go, token }: Stamping, entry: Entry): Promise<void> {
  const { target, label, id: entryId } = entry;
  const show = (cardId: string, name: string) =>
    go({ do: "show", screen: { at: "pending", card: { cardId, name, entryId } } });
  if ("cardId" in target) return show(target.cardId, label);
  try {
    const card = await scan(token, target.code); // it says the name; a code that is over by now, only its card
    show(card.card_id, card.first_name);
  } catch (error) {
    const inside = cardIn(target.code);
    if (inside === null) return refuseWith(go, error);
    show(inside, label);
  }
}

async function beginGift({ counter, token, go }: Stamping, code: string): Promise<void> {
  if (!counter.signal.online.read()) return refuse(go, "reward_signal");
  try {
    const card = await scan(token, code);
    go({ do: "show", screen: { at: "gift", cardId: card.card_id, name: card.first_name, reward: null } });
  } catch (error) {
    refuseWith(go, error);
  }
}

function refuseWith(go: (act: Act) => void, error: unknown): void {
  if (error instanceof Refusal) refuse(go, error.code, error.message, error.details);
  else refuse(go, error instanceof NoAnswer ? "reward_signal" : "other");
}

function refuse(
  go: (act: Act) => void,
  code: string,
  message = "",
  details: Readonly<Record<string, unknown>> = {},
): void {
  go({ do: "show", screen: { at: "refused", trouble: { code, message, details } } });
}

/** Ended by itself, told by the session: the stamp goes ahead, for the till sends it. */
function ofTheSession(error: Refusal): boolean {
  return error.status === 401;
}

function withinTime<T>(asked: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOOK_UP));
  return Promise.race([asked, late]);
}

/** What the list says of a code whose holder is not known yet. */
function shortOf(code: string): string {
  return `${document.documentElement.lang.startsWith("en") ? "Code" : "Código"} ·· ${code.slice(-3)}`;
}
