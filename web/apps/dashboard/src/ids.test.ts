import { expect, test } from "vitest";
import { newId } from "./ids";

test("an id carries its moment, its version and chance", () => {
  const now = Date.UTC(2026, 10, 23, 18, 5);
  const ids = [newId(now), newId(now), newId(now + 1)];
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt((ids[0] ?? "").replaceAll("-", "").slice(0, 12), 16)).toBe(now);
  expect(new Set(ids).size).toBe(3);
  expect((ids[0] ?? "") < (ids[2] ?? "")).toBe(true);
});
