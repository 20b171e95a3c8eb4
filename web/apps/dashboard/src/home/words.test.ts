import { expect, test } from "vitest";

import { changeInWords, dayInWords } from "./words";

const MONDAY = { today: "2026-11-23", visits: 38, weeks: 4, usual_by_now: 32.3, hours: [] };

test("today against a usual Monday", () => {
  expect(dayInWords(MONDAY, "es")).toBe("Hoy van 38 visitas, 6 más que un lunes normal a esta hora");
  expect(dayInWords({ ...MONDAY, visits: 1, usual_by_now: 3 }, "es")).toBe(
    "Hoy va 1 visita, 2 menos que un lunes normal a esta hora",
  );
  expect(dayInWords({ ...MONDAY, visits: 32 }, "en")).toBe("32 visits so far today, as on a usual Monday at this hour");
});

test("a new shop is compared with nothing", () => {
  expect(dayInWords({ ...MONDAY, weeks: 0, usual_by_now: null, visits: 2 }, "es")).toBe("Hoy van 2 visitas");
});

test("before the first visit it says when they usually begin", () => {
  const hours = [
    { hour: 6, visits: 0, with_reward: 0, usual: 0.3 },
    { hour: 7, visits: 0, with_reward: 0, usual: 2.5 },
  ];
  const dawn = { ...MONDAY, visits: 0, usual_by_now: 0, hours };
  expect(dayInWords(dawn, "es")).toBe("Aún no hay visitas hoy. Un lunes normal empieza a las 7");
  expect(dayInWords({ ...dawn, usual_by_now: 12 }, "es")).toBe("Aún no hay visitas hoy");
});

test("changes in words", () => {
  expect(changeInWords(0.04, "es", "points")).toBe("4 puntos más que hace 30 días");
  expect(changeInWords(-0.01, "es", "points")).toBe("1 punto menos que hace 30 días");
  expect(changeInWords(0.001, "en", "points")).toBe("the same as 30 days ago");
  expect(changeInWords(12, "es", "count")).toBe("12 más que hace 30 días");
  expect(changeInWords(null, "es", "count")).toBe(null);
});
