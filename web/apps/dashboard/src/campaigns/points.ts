/** The axis of every plot of lift, in percentage points to both sides: one for all, so that campaigns compare. */
const END = 30;

/** Where a share of difference (0.159 is 15.9 points) lies on the axis: 0 its left end, 1 its right one. */
export function edge(share: number): number {
  return Math.min(1, Math.max(0, (share * 100 + END) / (2 * END)));
}

/** `+15.9`, `−4`, `0`: percentage points as they are written. */
export function points(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 0) return "0";
  return `${rounded > 0 ? "+" : "−"}${Math.abs(rounded)}`;
}

/** How many customers more came than would have, and between how many. */
export function extra(arm: number, difference: { difference: number; low: number; high: number }) {
  const of = (share: number) => Math.max(0, Math.round(arm * share));
  return { about: of(difference.difference), low: of(difference.low), high: of(difference.high) };
}
