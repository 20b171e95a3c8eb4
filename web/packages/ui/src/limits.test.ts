import { expect, test } from "vitest";

import { attributesOf, brokenBy } from "./limits";

test("says which limit a value breaks", () => {
  expect(brokenBy({ min: 3 }, "ab")).toEqual({ kind: "short", bound: 3 });
  expect(brokenBy({ max: 3 }, "abcd")).toEqual({ kind: "long", bound: 3 });
  expect(brokenBy({ min: 1, max: 50 }, "0", { numeric: true })).toEqual({ kind: "low", bound: 1 });
  expect(brokenBy({ min: 1, max: 50 }, "51", { numeric: true })).toEqual({ kind: "high", bound: 50 });
  expect(brokenBy({ min: 1 }, "doce", { numeric: true })).toEqual({ kind: "form" });
  expect(brokenBy({ min: 3, max: 5 }, "abc")).toBeNull();
});

test("counts letters as people do and leaves spaces at the ends out", () => {
  expect(brokenBy({ max: 2 }, " 🎁🎁 ")).toBeNull();
});

test("what is empty is wrong only where it is needed", () => {
  expect(brokenBy({ min: 3 }, "  ")).toBeNull();
  expect(brokenBy({ min: 3 }, "  ", { needed: true })).toEqual({ kind: "empty" });
});

test("gives the browser what it can hold by itself", () => {
  expect(attributesOf({ min: 1, max: 10 })).toEqual({ maxLength: 10 });
  expect(attributesOf({ min: 1, max: 10 }, { numeric: true })).toEqual({ min: 1, max: 10 });
  expect(attributesOf(undefined)).toEqual({});
});
