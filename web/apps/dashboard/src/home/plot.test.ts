import { expect, test } from "vitest";

import { plotOf } from "./plot";

const hour = (at: number, visits: number, usual: number | null = null, rewards = 0) => ({
  hour: at,
  visits,
  with_reward: rewards,
  usual,
});

test("the present hour is always a column, and there are enough of them", () => {
  const { columns, rows } = plotOf([hour(9, 3, 2)], 18);
  expect(columns.map((column) => column.hour)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
  expect(columns.at(-1)?.state).toBe("now");
  expect(rows).toBe(5);
  expect(plotOf([], 23).columns).toHaveLength(10);
  expect(plotOf([], 0).columns.map((column) => column.hour)[0]).toBe(0);
});

test("a busy shop's dots stand for five", () => {
  const { columns, perDot, rows } = plotOf([hour(8, 42, 30, 6), hour(9, 1)], 9);
  expect([perDot, rows]).toEqual([5, 9]);
  expect(columns.filter(({ dots }) => dots > 0).map(({ dots, rewardDots }) => [dots, rewardDots])).toEqual([
    [9, 1],
    [1, 0],
  ]);
});
