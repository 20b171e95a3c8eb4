import type { Body } from "@sello/api";

type FraudStamp = Body<"FraudStamp">;

/** A customer and what a notice says of their card. */
export type Concerned = { customerId: string; name: string | null; stamps: number; voided: number };

/** Who is concerned, those with most stamps first. */
export function concerned(stamps: readonly FraudStamp[]): Concerned[] {
  const found = new Map<string, Concerned>();
  for (const { customer_id: customerId, customer: name, voided } of stamps) {
    const one = found.get(customerId) ?? { customerId, name, stamps: 0, voided: 0 };
    found.set(customerId, { ...one, stamps: one.stamps + 1, voided: one.voided + (voided ? 1 : 0) });
  }
  return [...found.values()].sort((a, b) => b.stamps - a.stamps);
}

/** Where each stamp lies between the first and the last of them, 0 to 1; a single one in the middle. */
export function positions(stamps: readonly Pick<FraudStamp, "occurred_at">[]): number[] {
  const times = stamps.map((stamp) => Date.parse(stamp.occurred_at));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  return times.map((time) => (span === 0 ? 0.5 : (time - first) / span));
}

/** What staff wrote when they gave stamps in spite of a rule, each text once. */
export function reasons(stamps: readonly FraudStamp[]): string[] {
  return [...new Set(stamps.flatMap(({ reason }) => (reason ? [reason] : [])))];
}

type Outcome = Body<"VoidOutcome">;

/** How many were taken back, and why the others were not, each reason once with its number. */
export function summary(outcomes: readonly Outcome[]): { voided: number; refused: [string, number][] } {
  const refused = new Map<string, number>();
  for (const { refusal } of outcomes) {
    if (refusal) refused.set(refusal.message, (refused.get(refusal.message) ?? 0) + 1);
  }
  return { voided: outcomes.filter(({ outcome }) => outcome === "voided").length, refused: [...refused] };
}
