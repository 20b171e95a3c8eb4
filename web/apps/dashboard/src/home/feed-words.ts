import type { Body } from "@sello/api";

import type { texts } from "./texts";

type Happening = Body<"Happening">;
type Words = (typeof texts)["es"]["feed"];

/** What happened, after the customer's name. */
export function happeningInWords(t: Words, { what, count, balance, of, reward }: Happening): string {
  switch (what) {
    case "stamp":
      // Who fills the card begins the next one with nothing.
      return balance ? t.stamp(count ?? 1, balance, of ?? balance) : t.full(count ?? 1);
    case "bonus":
      return t.bonus(count ?? 1);
    case "reward":
      return t.reward(reward ?? "");
    case "redemption":
      return t.redemption(reward ?? "");
    case "stamp_void":
      return t.stampVoid;
    case "redemption_void":
      return t.redemptionVoid(reward ?? "");
    case "enrolment":
      return t.enrolment;
  }
}

/** A visit that was told much later than it was: the till had no signal. */
export function isLate({ at, visited_at: visited }: Happening): boolean {
  return visited !== null && Date.parse(at) - Date.parse(visited) > 5 * 60_000;
}
