import { expect, test } from "vitest";

import { endingRewards, openRewards } from "./owed";
import { whatToDo } from "./todo";

const CALM = { toReview: 0, atRisk: 0, ending: 0, newCards: 3, visits: 9 };

test("a calm shop has nothing to do, and what is not known is not asked for", () => {
  expect(whatToDo(CALM)).toEqual([]);
  expect(whatToDo({ toReview: 0, atRisk: null, ending: null, newCards: null, visits: null })).toEqual([]);
});

test("the most pressing comes first", () => {
  const acts = whatToDo({ toReview: 2, atRisk: 86, ending: 4, newCards: 0, visits: 9 });
  expect(acts.map(({ what, count }) => [what, count])).toEqual([
    ["notices", 2],
    ["ending", 4],
    ["away", 86],
    ["poster", 0],
  ]);
});

test("rewards that wait, and those that end soon", () => {
  const owed = {
    stamps: [],
    rewards: [
      { ends: "within_7_days" as const, title: "Café", rewards: 4 },
      { ends: "never" as const, title: "Café", rewards: 27 },
    ],
  };
  expect([openRewards(owed), endingRewards(owed)]).toEqual([31, 4]);
});
