import { expect, test } from "vitest";

import { edge, extra, points } from "./points";

test("the axis has its middle at no difference and ends at 30 points", () => {
  expect([-0.3, 0, 0.3].map(edge)).toEqual([0, 0.5, 1]);
  expect(edge(0.159)).toBeCloseTo(0.765);
  expect([edge(-0.9), edge(0.9)]).toEqual([0, 1]);
});

test("points are written with their sign and at most one decimal", () => {
  expect([0.159, -0.04, 0.0001, -0.0001, 0.3].map(points)).toEqual(["+15.9", "−4", "0", "0", "+30"]);
});

test("what a difference brought is never less than nobody", () => {
  expect(extra(412, { difference: 0.159, low: 0.022, high: 0.248 })).toEqual({ about: 66, low: 9, high: 102 });
  expect(extra(100, { difference: 0.02, low: -0.1, high: 0.14 })).toEqual({ about: 2, low: 0, high: 14 });
});
