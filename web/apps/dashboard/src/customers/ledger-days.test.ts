import { expect, it } from "vitest";

import { daysOf, isSilent, kindOf, voidedBy, type LedgerEntry } from "./ledger-days";

function entry(id: string, change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    seq: 1,
    kind: "earn",
    delta: 1,
    balance_after: 1,
    occurred_at: "2026-11-23T15:00:00Z",
    recorded_at: "2026-11-23T15:00:00Z",
    by: "Diego",
    reason: null,
    amount_centimos: null,
    reward_id: null,
    reward_title: null,
    voids: null,
    voided: false,
    flags: [],
    ...change,
  };
}

it("puts entries under their days, in their order", () => {
  const entries = [
    entry("c", { recorded_at: "2026-11-23T04:00:00Z" }),
    entry("b", { recorded_at: "2026-11-22T20:00:00Z" }),
    entry("a", { recorded_at: "2026-11-21T20:00:00Z" }),
  ];
  const lima = (moment: string) => new Date(Date.parse(moment) - 5 * 3_600_000).toISOString().slice(0, 10);
  expect(daysOf(entries, lima).map(({ day, entries }) => [day, entries.map((each) => each.id).join("")])).toEqual([
    ["2026-11-22", "cb"],
    ["2026-11-21", "a"],
  ]);
  expect(daysOf([], lima)).toEqual([]);
});

it("lets the entry that was taken back tell who did it", () => {
  const taken = entry("a", { voided: true });
  const back = entry("b", { kind: "void", delta: -1, voids: "a", reason: "dos veces" });
  expect(voidedBy([back, taken]).get("a")).toBe(back);
  expect(isSilent(back, [back, taken])).toBe(true);
  expect(isSilent(back, [back])).toBe(false); // its target is on a page that is not here yet
  expect(isSilent(taken, [back, taken])).toBe(false);
});

it.each([
  [{}, "stamp"],
  [{ delta: 2 }, "stamps"],
  [{ kind: "history", delta: 0 }, "history"],
  [{ kind: "issue_reward", delta: -10 }, "earned"],
  [{ kind: "redeem", delta: 0 }, "redeemed"],
  [{ kind: "void", delta: -1 }, "undone"],
  [{ kind: "bonus" }, "bonus"],
  [{ kind: "expire", delta: -4 }, "expired"],
  [{ kind: "expire", delta: 0, reward_id: "r" }, "reward_expired"],
  [{ kind: "adjust", delta: 3, reason: "en papel" }, "adjusted"],
  [{ kind: "adjust", delta: 3 }, "merged"],
] as const)("%j is told as %s", (change, kind) => {
  expect(kindOf(entry("a", change))).toBe(kind);
});
