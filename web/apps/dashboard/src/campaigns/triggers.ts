import type { Trigger, TriggerKind } from "./types";

export const KINDS: readonly TriggerKind[] = [
  "inactivity",
  "near_reward",
  "reward_unused",
  "expiring",
  "birthday",
  "milestone",
  "segment",
];

/** A number of a trigger that an owner may choose, and its bounds (those of the API). */
export type Dial = { key: string; min: number; max: number };

export const DIALS: Readonly<Record<TriggerKind, readonly Dial[]>> = {
  inactivity: [
    { key: "days_inactive", min: 7, max: 30 },
    { key: "at_most_days", min: 30, max: 730 },
  ],
  birthday: [{ key: "days_before", min: 0, max: 14 }],
  milestone: [{ key: "visit", min: 2, max: 1000 }],
  near_reward: [
    { key: "missing", min: 1, max: 5 },
    { key: "after_days", min: 0, max: 30 },
  ],
  reward_unused: [{ key: "after_days", min: 3, max: 60 }],
  expiring: [{ key: "before_days", min: 1, max: 14 }],
  segment: [],
};

/** A trigger of a kind as one usually wants it. */
export function usual(kind: TriggerKind): Trigger {
  switch (kind) {
    case "inactivity":
      return { kind, days_inactive: 14, at_most_days: 180 };
    case "birthday":
      return { kind, days_before: 0 };
    case "milestone":
      return { kind, visit: 10 };
    case "near_reward":
      return { kind, missing: 2, after_days: 3 };
    case "reward_unused":
      return { kind, after_days: 7 };
    case "expiring":
      return { kind, before_days: 7, what: "both" };
    case "segment":
      return { kind, customer_ids: [] };
  }
}

/** What a dial stands at. */
export function dialled(trigger: Trigger, key: string): number {
  const value = (trigger as unknown as Record<string, unknown>)[key];
  return typeof value === "number" ? value : 0;
}

/** The dial whose number is out of bounds, if one is. */
export function wrongDial(trigger: Trigger): Dial | undefined {
  return DIALS[trigger.kind].find(({ key, min, max }) => {
    const value = dialled(trigger, key);
    return !Number.isInteger(value) || value < min || value > max;
  });
}

/** Written once and over, or again whenever somebody comes to match. */
export const isOnce = (kind: TriggerKind) => kind === "segment";
