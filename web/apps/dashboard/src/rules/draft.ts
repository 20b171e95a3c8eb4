import type { Body } from "@sello/api";

export type Rules = Body<"RewardRules">;
type HappyHour = Body<"HappyHour">;
export type Weekday = HappyHour["weekdays"][number];

/** What stands in the blanks: text as it was typed, and whether a sentence counts. */
export type Draft = {
  steps: DraftStep[];
  most: string;
  minimum: Optional;
  happy: DraftHappy[];
  rollOver: boolean;
  stampsExpire: Optional;
  rewardsExpire: Optional;
  cooldown: string;
  cardCap: string;
  staffCap: string;
  welcome: { on: boolean; stamps: string; title: string };
  birthday: { on: boolean; title: string; days: string };
};
export type DraftStep = { key: string; at: string; title: string };
export type DraftHappy = { key: string; weekdays: Weekday[]; starts: string; ends: string; factor: string };
export type Optional = { on: boolean; text: string };

let made = 0;
/** A name for a row that has none yet. */
export function newKey(): string {
  made += 1;
  return `n${made}`;
}

/** The blanks filled in from rules; a shop without rules gets ours to begin with, which ask for a reward. */
export function draftOf(rules: Rules | null): Draft {
  const expiry = (days: number | null | undefined, usual: number): Optional => ({
    on: days != null,
    text: String(days ?? usual),
  });
  return {
    steps: (rules?.steps ?? [{ at: 10, title: "" }]).map((step, index) => ({
      key: `s${index}`,
      at: String(step.at),
      title: step.title,
    })),
    most: String(rules?.most_per_purchase ?? 1),
    minimum: {
      on: rules?.minimum_spend_centimos != null,
      text: ((rules?.minimum_spend_centimos ?? 1000) / 100).toFixed(2),
    },
    happy: (rules?.happy_hours ?? []).map((happy, index) => ({
      key: `h${index}`,
      weekdays: [...happy.weekdays],
      starts: happy.starts,
      ends: happy.ends,
      factor: String(happy.factor ?? 2),
    })),
    rollOver: rules?.roll_over ?? true,
    stampsExpire: expiry(rules?.stamps_expire_days, 180),
    rewardsExpire: expiry(rules?.rewards_expire_days, 30),
    cooldown: String(rules?.cooldown_minutes ?? 30),
    cardCap: String(rules?.card_daily_cap ?? 5),
    staffCap: String(rules?.staff_daily_cap ?? 300),
    welcome: {
      on: rules?.welcome != null,
      stamps: String(rules?.welcome?.stamps ?? 1),
      title: rules?.welcome?.title ?? "",
    },
    birthday: {
      on: rules?.birthday != null,
      title: rules?.birthday?.title ?? "",
      days: String(rules?.birthday?.valid_days ?? 15),
    },
  };
}

/** A row to fill in for one more reward, further on than the last. */
export function nextStep(steps: readonly DraftStep[]): DraftStep {
  const last = Number(steps.at(-1)?.at);
  return { key: newKey(), at: Number.isInteger(last) ? String(last + 5) : "", title: "" };
}

/** The usual happy hour, to begin with. */
export function nextHappy(): DraftHappy {
  return { key: newKey(), weekdays: [2], starts: "15:00", ends: "18:00", factor: "2" };
}

/** What the draft asks of the API. What is no number goes as it was typed: the API says what is wrong with it. */
export function rulesOf(draft: Draft): Rules {
  return {
    steps: draft.steps.map((step) => ({ at: whole(step.at), title: step.title })),
    most_per_purchase: whole(draft.most),
    minimum_spend_centimos: draft.minimum.on ? centimos(draft.minimum.text) : null,
    happy_hours: draft.happy.map((happy) => ({
      weekdays: [...happy.weekdays].sort((a, b) => a - b),
      starts: happy.starts,
      ends: happy.ends,
      factor: whole(happy.factor),
    })),
    roll_over: draft.rollOver,
    stamps_expire_days: draft.stampsExpire.on ? whole(draft.stampsExpire.text) : null,
    rewards_expire_days: draft.rewardsExpire.on ? whole(draft.rewardsExpire.text) : null,
    cooldown_minutes: whole(draft.cooldown),
    card_daily_cap: whole(draft.cardCap),
    staff_daily_cap: whole(draft.staffCap),
    welcome: draft.welcome.on
      ? {
          stamps: draft.welcome.stamps.trim() === "" ? 0 : whole(draft.welcome.stamps),
          title: draft.welcome.title.trim() || null,
        }
      : null,
    birthday: draft.birthday.on ? { title: draft.birthday.title, valid_days: whole(draft.birthday.days) } : null,
  };
}

/** The steps that can be drawn already, in order, and how many places the card has. */
export function cardOf(draft: Draft): { of: number; steps: { at: number; title: string }[] } {
  const steps = draft.steps
    .map((step) => ({ at: Number(step.at), title: step.title.trim() }))
    .filter(({ at }) => Number.isInteger(at) && at >= 1 && at <= 100)
    .sort((a, b) => a.at - b.at);
  return { of: steps.at(-1)?.at ?? 10, steps: steps.filter((step) => step.title !== "") };
}

function whole(text: string): number {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : unread(text);
}

function centimos(text: string): number {
  const said = /^(-?\d{1,8})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!said) return unread(text);
  const soles = Number(said[1]);
  const rest = Number((said[2] ?? "").padEnd(2, "0"));
  return soles * 100 + (said[1]?.startsWith("-") ? -rest : rest);
}

function unread(text: string): number {
  return text as unknown as number; // the API refuses it and names the field
}
