import { expect, test } from "vitest";

import { nextOf, type Standing, stepsOf } from "./steps";

const NEW: Standing = { ticked: [], hasOwnLook: false, rulesVersion: 0, others: 0, tills: 0, stamped: false };
const done = (standing: Standing) =>
  stepsOf(standing)
    .filter((step) => step.done)
    .map(({ name }) => name);

test("a new shop begins with its look, and the poster waits for the rules", () => {
  const steps = stepsOf(NEW);
  expect(done(NEW)).toEqual([]);
  expect(nextOf(steps)?.name).toBe("look");
  expect(steps.at(-1)).toMatchObject({ name: "poster", blockedBy: "rules" });
});

test("what is there counts, whoever made it", () => {
  expect(done({ ...NEW, hasOwnLook: true, rulesVersion: 2, others: 1, tills: 1, stamped: true })).toEqual([
    "look",
    "rules",
    "team",
    "till",
    "stamp",
  ]);
});

test("a step that was skipped is not asked for again", () => {
  expect(nextOf(stepsOf({ ...NEW, ticked: ["look"] }))?.name).toBe("rules");
  expect(nextOf(stepsOf({ ...NEW, ticked: ["look", "team"], rulesVersion: 1 }))?.name).toBe("till");
});

test("whoever has no till yet can print the poster all the same", () => {
  const steps = stepsOf({ ...NEW, ticked: ["look", "team", "stamp"], rulesVersion: 1, tills: 0 });
  expect(steps.find(({ name }) => name === "poster")?.blockedBy).toBeUndefined();
});

test("when everything is done nothing is next", () => {
  const all: Standing = {
    ...NEW,
    ticked: ["poster"],
    hasOwnLook: true,
    rulesVersion: 1,
    others: 1,
    tills: 1,
    stamped: true,
  };
  expect(nextOf(stepsOf(all))).toBeUndefined();
});
