import { expect, test } from "vitest";

import { contrast, fit, inkOn } from "./colours";

test("contrast is that of the standard", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
  expect(contrast("#123456", "#123456")).toBe(1);
});

test.each([
  ["#f1e9c9", "#1b4636", "#1b4636"], // the shop's own
  ["#ffe08a", "#ffd966", "#1c1917"], // two light ones: near-black
  ["#5a1a1a", "#6b1f1f", "#ffffff"], // two dark ones: white
  ["#777777", "#888888", "#000000"], // in the middle neither of ours can be read
])("on %s beside %s one writes in %s", (ground, wished, ink) => {
  expect(inkOn(ground, wished)).toBe(ink);
  expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
});

test("colours that cannot be read on each other are known", () => {
  expect(fit("#f1e9c9", "#1b4636")).toBe(true);
  expect(fit("#ffe08a", "#ffd966")).toBe(false);
});
