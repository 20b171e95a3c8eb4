import { expect, test } from "vitest";
import { dayOf, startOf } from "./days";

test("a day begins at the shop's midnight", () => {
  expect(startOf("2026-11-23", "America/Lima")).toBe("2026-11-23T05:00:00.000Z");
  expect(startOf("2026-11-23", "America/Lima", 1)).toBe("2026-11-24T05:00:00.000Z");
  expect(startOf("2026-03-01", "Asia/Kathmandu")).toBe("2026-02-28T18:15:00.000Z");
});

test("also on days when clocks change", () => {
  expect(startOf("2026-03-29", "Europe/Madrid")).toBe("2026-03-28T23:00:00.000Z");
  expect(startOf("2026-03-29", "Europe/Madrid", 1)).toBe("2026-03-29T22:00:00.000Z");
  expect(startOf("2026-10-25", "Europe/Madrid", 1)).toBe("2026-10-25T23:00:00.000Z");
});

test("what is no day is none", () => {
  expect(startOf("", "America/Lima")).toBeUndefined();
  expect(startOf("ayer", "America/Lima")).toBeUndefined();
});

test("the day of a moment is the shop's", () => {
  expect(dayOf("2026-11-24T04:59:00Z", "America/Lima")).toBe("2026-11-23");
  expect(dayOf("2026-11-24T05:00:00Z", "America/Lima")).toBe("2026-11-24");
});
