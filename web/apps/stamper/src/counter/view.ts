/** What an answer shows, from what became of a stamp. Pure. */
import type { Entry } from "../contracts";
import type { IconName } from "../parts/icons";
import type { Tone } from "../parts/tones";
import type { CounterTexts } from "./texts";

export type View = {
  look: "ok" | "wait" | "no" | "busy" | "plain";
  icon: IconName | null;
  what: string;
  /** In the ring: a figure with what it is of, or a picture. */
  figure: { big: string; of: string } | IconName | null;
  share: number;
  segments?: number;
  title: string;
  text: string;
  tone: Tone | null;
};

type Step = { at: number; title: string };
export type Facts = { online: boolean; steps: readonly Step[]; now: Date; waited: boolean };

const OF_DISCOUNTS = /^code_(\w+_here|not_found|withdrawn|signal)$/;
const MOST_SEGMENTS = 20;

/** The view of a stamp that was given. */
export function viewOf(entry: Entry, facts: Facts, t: CounterTexts): View {
  if (entry.state === "done" && entry.answer) return counted(entry, entry.answer, facts.steps, t);
  if (entry.state === "undone") return undone(entry, t);
  if (entry.state === "refused") {
    return refused(entry.refusal ?? { code: "other", message: "" }, facts.now, t);
  }
  if (entry.refusal?.code === "card_pending") return refused(entry.refusal, facts.now, t);
  if (entry.refusal)
    return { ...kept(entry, true, t), text: t.refusals[entry.refusal.code]?.how ?? entry.refusal.message };
  if (facts.online && !facts.waited) return sending(entry, t);
  return kept(entry, facts.online, t);
}

/** The view of a refusal, whether of a stamp or of what never became one. */
export function refused(
  refusal: { code: string; message: string; details?: Readonly<Record<string, unknown>> },
  now: Date,
  t: CounterTexts,
): View {
  const told = t.refusals[refusal.code] ?? { title: t.answer.notStamped };
  const until = typeof refusal.details?.until === "string" ? Date.parse(refusal.details.until) : NaN;
  const left = Math.ceil((until - now.getTime()) / 60_000);
  const clock = left > 0 && left < 100;
  return {
    look: "no",
    icon: "cross",
    what: OF_DISCOUNTS.test(refusal.code)
      ? t.answer.notUsed
      : ofRewards(refusal.code)
        ? t.answer.notGiven
        : t.answer.notStamped,
    figure: clock ? { big: String(left), of: t.answer.minutes } : pictureOf(refusal.code),
    share: clock ? Math.max(4, 100 - (100 * left) / Math.max(left, 30)) : 100,
    title: told.title,
    text: told.how ?? withoutTitle(refusal.message, told.title),
    tone: "no",
  };
}

function counted(entry: Entry, answer: NonNullable<Entry["answer"]>, steps: readonly Step[], t: CounterTexts): View {
  const { of, rewards, factor, stamps } = answer;
  const full = answer.balance === 0 && rewards.some((reward) => reward.threshold === of);
  const balance = full ? of : answer.balance;
  const next = steps.find((step) => step.at > balance);
  const plus = factor > 1 ? t.answer.happy(factor) : stamps > 1 ? t.answer.several(stamps) : "";
  return {
    look: "ok",
    icon: "check",
    what: plus ? `${t.answer.counted}. ${plus}` : t.answer.counted,
    figure: { big: String(balance), of: t.answer.of(of) },
    share: (100 * balance) / of,
    ...(of <= MOST_SEGMENTS ? { segments: of } : {}),
    title: answer.customer_name || entry.label,
    text: rewards.length
      ? t.answer.earned(rewards.map((reward) => reward.title).join(", "))
      : next
        ? t.answer.missing(next.at - balance, next.title)
        : "",
    tone: rewards.length ? "gift" : "ok",
  };
}

function kept(entry: Entry, online: boolean, t: CounterTexts): View {
  return {
    look: "wait",
    icon: "clock",
    what: online ? t.answer.keptOnline : t.answer.kept,
    figure: { big: `+${entry.stamps}`, of: t.answer.waiting },
    share: 0,
    segments: 10,
    title: entry.label,
    text: online ? t.answer.keptOnlineHow : t.answer.keptHow,
    tone: "wait",
  };
}

function sending(entry: Entry, t: CounterTexts): View {
  return {
    look: "busy",
    icon: null,
    what: t.answer.sending,
    figure: { big: `+${entry.stamps}`, of: "" },
    share: 100,
    title: entry.label,
    text: "",
    tone: null,
  };
}

function undone(entry: Entry, t: CounterTexts): View {
  return {
    look: "plain",
    icon: "undo",
    what: t.answer.undone,
    figure: "undo",
    share: 0,
    title: entry.answer?.customer_name ?? entry.label,
    text: t.answer.undoneHow,
    tone: null,
  };
}

function pictureOf(code: string): IconName {
  if (code === "code_expired" || code === "code_used" || code === "cooldown" || code === "too_late") return "clock";
  if (code === "card_not_found" || code === "card_closed" || code === "customer_erased") return "card";
  if (code.startsWith("business_") || code === "rules_missing") return "shop";
  if (code.startsWith("giver_") || code === "staff_cap") return "person";
  return ofRewards(code) ? "gift" : "cross";
}

/** `Muy pronto: el próximo…` below a title that says the first half. */
function withoutTitle(message: string, title: string): string {
  const rest = message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function ofRewards(code: string): boolean {
  return code === "no_rewards" || code.startsWith("reward_") || code.startsWith("reservation_");
}
