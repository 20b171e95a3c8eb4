import { expect, test } from "vitest";
import { pictureOf, pressingOf } from "./card";
import { PRESSINGS } from "./pressings";

test("a place is stamped the same way every time, and neighbours differ", () => {
  const places = Array.from({ length: 100 }, (_, index) => pressingOf(index + 1));
  expect(places).toEqual(Array.from({ length: 100 }, (_, index) => pressingOf(index + 1)));
  for (const { pressing, turn, x, y } of places) {
    expect(PRESSINGS[pressing]).toBeDefined();
    expect(Math.abs(turn)).toBeLessThanOrEqual(14);
    expect([Math.abs(x), Math.abs(y)].every((shift) => shift <= 1)).toBe(true);
  }
  expect(new Set(places.map(({ pressing }) => pressing)).size).toBe(PRESSINGS.length);
  expect(new Set(places.slice(0, 10).map(({ turn }) => turn)).size).toBeGreaterThan(5);
});

test.each([
  ["Café gratis", "cup"],
  ["Un té helado", "cup"],
  ["Almuerzo", "meal"],
  ["Menú del día", "meal"],
  ["Corte gratis", "gift"],
  ["Free coffee", "cup"],
])("%s is drawn as %s", (title, picture) => expect(pictureOf(title)).toBe(picture));
