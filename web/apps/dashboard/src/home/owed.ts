import type { Body } from "@sello/api";

type Owed = Body<"OwedAnswer">;

/** Rewards that wait to be collected. */
export function openRewards(owed: Owed): number {
  return owed.rewards.reduce((sum, kind) => sum + kind.rewards, 0);
}

/** Of these, the ones whose last day is near. */
export function endingRewards(owed: Owed): number {
  return openRewards({ ...owed, rewards: owed.rewards.filter(({ ends }) => ends === "within_7_days") });
}
