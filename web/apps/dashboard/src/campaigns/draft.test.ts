import { expect, test } from "vitest";

import { bodyOf, centimosOf, newDraft, problemsOf, unready } from "./draft";
import { KINDS, usual, wrongDial } from "./triggers";

const ready = { ...newDraft(), name: "Te extrañamos", templateId: "0197" };

test("soles as people type them", () => {
  expect(["", "20", "20.5", "S/ 1,250.00", " 0.01 "].map(centimosOf)).toEqual([null, 2000, 2050, 125000, 1]);
  for (const nonsense of ["veinte", "0", "-3", "1.234", "20 soles"]) expect(centimosOf(nonsense)).toBeNaN();
});

test("every trigger is usable as it comes, but for the list that has nobody yet", () => {
  for (const kind of KINDS) expect(wrongDial(usual(kind))).toBeUndefined();
  expect(problemsOf({ ...ready, trigger: usual("segment") }, "quien")).toEqual(["list"]);
  expect(problemsOf({ ...ready, trigger: usual("segment"), listed: 3 }, "quien")).toEqual([]);
});

test("each step says what is missing in it", () => {
  expect(problemsOf({ ...ready, trigger: { kind: "inactivity", days_inactive: 6 } }, "quien")).toEqual(["dial"]);
  expect(problemsOf({ ...ready, budget: "mucho" }, "cuando")).toEqual(["budget"]);
  expect(problemsOf({ ...ready, templateId: null, give: "percent", percent: 4 }, "que")).toEqual([
    "template",
    "percent",
  ]);
  expect(problemsOf({ ...ready, saysCode: true }, "que")).toEqual(["nothing"]);
  expect(problemsOf({ ...ready, give: "gift", gift: " ", codeDays: 91 }, "que")).toEqual(["gift", "code_days"]);
  expect(problemsOf({ ...ready, name: "ab", holdout: 51 }, "revisar")).toEqual(["holdout", "name"]);
  expect(unready(ready)).toBeUndefined();
  expect(unready({ ...ready, budget: "x", name: "" })).toBe("cuando");
});

test("only one thing is given", () => {
  const body = bodyOf({ ...ready, give: "gift", gift: " Un café ", percent: 20, budget: "20" }, "0197");
  expect([body.discount_percent, body.gift, body.budget_centimos]).toEqual([null, "Un café", 2000]);
});
