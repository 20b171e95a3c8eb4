import { expect, test } from "vitest";

import { cardOf, draftOf, nextStep, type Rules, rulesOf } from "./draft";

const FULL: Rules = {
  steps: [
    { at: 5, title: "Café gratis" },
    { at: 10, title: "Almuerzo" },
  ],
  roll_over: false,
  cooldown_minutes: 0,
  card_daily_cap: 3,
  staff_daily_cap: 40,
  most_per_purchase: 2,
  minimum_spend_centimos: 1250,
  happy_hours: [{ weekdays: [1, 5], starts: "22:00", ends: "02:00", factor: 3 }],
  stamps_expire_days: 90,
  rewards_expire_days: null,
  welcome: { title: null, stamps: 1 },
  birthday: { title: "Torta", valid_days: 0 },
};

test("rules that nobody touched come out as they went in", () => {
  expect(rulesOf(draftOf(FULL))).toEqual(FULL);
});

test.each([
  ["8", 800],
  ["8.5", 850],
  ["8,50", 850],
  ["0.01", 1],
])("S/ %s is %i céntimos", (text, centimos) => {
  const draft = draftOf(FULL);
  expect(rulesOf({ ...draft, minimum: { on: true, text } }).minimum_spend_centimos).toBe(centimos);
});

test.each(["", "doce", "1.5", "1e3", "8.505"])("what is no number is for the API to refuse: %j", (text) => {
  const draft = draftOf(FULL);
  expect(rulesOf({ ...draft, cooldown: text }).cooldown_minutes).toBe(text);
});

test("a switched-off sentence says nothing, whatever stands in it", () => {
  const draft = draftOf(FULL);
  const quiet = rulesOf({
    ...draft,
    minimum: { on: false, text: "x" },
    stampsExpire: { on: false, text: "x" },
    welcome: { ...draft.welcome, on: false },
    birthday: { ...draft.birthday, on: false },
  });
  expect([quiet.minimum_spend_centimos, quiet.stamps_expire_days, quiet.welcome, quiet.birthday]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("the card is drawn from what can be read, while the rest is being typed", () => {
  const draft = draftOf(FULL);
  const [first, second] = draft.steps;
  if (!first || !second) throw new Error("two steps");
  expect(cardOf({ ...draft, steps: [first, { ...second, at: "1" }] })).toEqual({
    of: 5,
    steps: [
      { at: 1, title: "Almuerzo" },
      { at: 5, title: "Café gratis" },
    ],
  });
  expect(cardOf({ ...draft, steps: [{ ...first, at: "1000" }] })).toEqual({ of: 10, steps: [] });
});

test("one more reward is further on", () => {
  expect(nextStep(draftOf(FULL).steps).at).toBe("15");
  expect(nextStep(draftOf(null).steps).at).toBe("15");
});
