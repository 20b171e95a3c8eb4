import { expect, test } from "vitest";

import { placeAsText, placeIn } from "./place";

test("a place is read as maps copy it", () => {
  const centro = { latitude: -12.0464, longitude: -77.0428 };
  for (const text of ["-12.0464, -77.0428", " -12.0464,-77.0428 ", "(-12.0464, -77.0428)", "-12.0464 -77.0428"])
    expect(placeIn(text)).toEqual(centro);
  expect(placeAsText(centro)).toBe("-12.0464, -77.0428");
});

test("nothing is nowhere, and what is no place is said to be none", () => {
  expect([placeIn(""), placeIn("  "), placeAsText(null)]).toEqual([null, null, ""]);
  for (const text of ["Av. Larco 1", "-12.0464", "91, 0", "0, 181", "1, 2, 3"]) expect(placeIn(text)).toBeUndefined();
});
