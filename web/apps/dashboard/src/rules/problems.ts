import { LIMITS, type Limits } from "@sello/api/limits";

import type { Words } from "./texts";

/** What is wrong, by the path of the blank: `steps.0.at`. */
export type Problems = Record<string, string>;

const RULES = LIMITS.RewardRules;
/** Between which numbers a blank has to be, by its path without places. */
const RANGES: Record<string, Limits> = {
  "steps.at": LIMITS.Step.at,
  most_per_purchase: RULES.most_per_purchase,
  cooldown_minutes: RULES.cooldown_minutes,
  card_daily_cap: RULES.card_daily_cap,
  staff_daily_cap: RULES.staff_daily_cap,
  stamps_expire_days: RULES.stamps_expire_days,
  rewards_expire_days: RULES.rewards_expire_days,
  "welcome.stamps": LIMITS.Welcome.stamps,
  "birthday.valid_days": LIMITS.BirthdayReward.valid_days,
  "happy_hours.factor": LIMITS.HappyHour.factor,
};
const LONGEST: Record<string, Limits> = {
  "steps.title": LIMITS.Step.title,
  "welcome.title": LIMITS.Welcome.title,
  "birthday.title": LIMITS.BirthdayReward.title,
};

/** The API's objections in our words, each under the blank it is about. `at`: how many stamps each reward needs. */
export function problemsOf(fields: Record<string, string>, at: readonly string[], t: Words["wrong"]): Problems {
  const found: Problems = {};
  for (const [path, problem] of Object.entries(fields)) {
    const [key, words] = place(path, problem, at, t);
    found[key] ??= words;
  }
  return found;
}

function place(path: string, problem: string, at: readonly string[], t: Words["wrong"]): [string, string] {
  if (problem.includes("steps must rise")) return [`steps.${firstNotRising(at)}.at`, t.mustRise];
  if (problem.includes("welcome stamps must be fewer")) return ["welcome.stamps", t.welcomeTooMany(at[0] ?? "")];
  if (problem.includes("a welcome gives")) return ["welcome.stamps", t.welcomeNothing];
  if (problem.includes("must have a length")) return [`${path}.ends`, t.noLength];
  const kind = path.replace(/\.\d+(?=\.|$)/g, "");
  if (kind === "happy_hours.weekdays") return [path.replace(/(weekdays).*/, "$1"), t.noDays];
  if (kind === "happy_hours.starts" || kind === "happy_hours.ends") return [path, t.noTime];
  if (kind === "minimum_spend_centimos") return [path, t.money(RULES.minimum_spend_centimos.max / 100)];
  const range = RANGES[kind];
  if (range) return [path, t.between(range.min ?? 0, range.max ?? 0)];
  const text = LONGEST[kind];
  if (text) return [path, problem.includes("at most") ? t.tooLong(text.max ?? 0) : t.empty];
  return [path, problem];
}

function firstNotRising(at: readonly string[]): number {
  const found = at.findIndex((text, index) => index > 0 && Number(text) <= Number(at[index - 1]));
  return Math.max(found, 0);
}
