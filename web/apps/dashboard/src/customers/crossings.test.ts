import { expect, it } from "vitest";

import { crossingsOf } from "./crossings";

const STEPS = [{ at: 5 }, { at: 10 }];

it.each([
  [4, 0, { balance: 4, rewards: 0, rounds: 0 }],
  [4, -3, { balance: 1, rewards: 0, rounds: 0 }],
  [0, 4, { balance: 4, rewards: 0, rounds: 0 }],
  [4, 1, { balance: 5, rewards: 1, rounds: 0 }],
  [5, 1, { balance: 6, rewards: 0, rounds: 0 }],
  [4, 7, { balance: 1, rewards: 2, rounds: 1 }],
  [0, 50, { balance: 0, rewards: 10, rounds: 5 }],
])("%d stamps and %d", (balance, delta, expected) => {
  expect(crossingsOf(balance, delta, STEPS)).toEqual(expected);
});

it("counts on without rules", () => {
  expect(crossingsOf(3, 2, [])).toEqual({ balance: 5, rewards: 0, rounds: 0 });
});
