import { expect, it } from "vitest";

import { newId } from "./new-id";

it("has its version, its variant and its moment", () => {
  const id = newId(Date.UTC(2026, 10, 23, 17));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23, 17));
  expect(newId(0, new Uint8Array(10).fill(255))).toBe("00000000-0000-7fff-bfff-ffffffffffff");
});

it("is another one each time", () => {
  expect(new Set(Array.from({ length: 100 }, () => newId())).size).toBe(100);
});
