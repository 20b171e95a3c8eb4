import type { Body } from "@sello/api";

export type LedgerEntry = Body<"LedgerEntryAnswer">;
export type LedgerDay = { day: string; entries: LedgerEntry[] };

/** Entries under the day on which they were written down, in the order they came; `dayOf` is the shop's calendar. */
export function daysOf(entries: readonly LedgerEntry[], dayOf: (moment: string) => string): LedgerDay[] {
  const days: LedgerDay[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.recorded_at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** What was taken back, by the entry that took it back, as far as both are here. */
export function voidedBy(entries: readonly LedgerEntry[]): Map<string, LedgerEntry> {
  return new Map(entries.flatMap((entry) => (entry.voids ? [[entry.voids, entry] as const] : [])));
}

/** Whether an entry is told of by the one it belongs to: taking back a stamp that filled a card writes two. */
export function isSilent(entry: LedgerEntry, entries: readonly LedgerEntry[]): boolean {
  const target = entry.voids ? entries.find((each) => each.id === entry.voids) : undefined;
  return target !== undefined; // the entry itself is struck through and says who took it back, and why
}

/** What the sentence of an entry is chosen by. */
export type Kind =
  | "stamp"
  | "stamps"
  | "history"
  | "earned"
  | "redeemed"
  | "undone"
  | "bonus"
  | "expired"
  | "reward_expired"
  | "adjusted"
  | "merged";

/** The kind of sentence for an entry; adjustments by hand have a reason, those of a merge have none. */
export function kindOf(entry: LedgerEntry): Kind {
  switch (entry.kind) {
    case "earn":
      return entry.delta === 1 ? "stamp" : "stamps";
    case "history":
      return "history";
    case "issue_reward":
      return "earned";
    case "redeem":
      return "redeemed";
    case "void":
      return "undone";
    case "bonus":
      return "bonus";
    case "expire":
      return entry.reward_id ? "reward_expired" : "expired";
    case "adjust":
      return entry.reason === null ? "merged" : "adjusted";
  }
}
