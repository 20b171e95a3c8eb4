import { expect, it } from "vitest";

import { birthdayOf, digitsOf, problemOfPhone, spoken } from "./person-form";

it.each([
  ["987654321", null],
  ["987 654 321", null],
  ["+51 987 654 321", null],
  ["51987654321", null],
  ["98765432", "few"],
  ["", "few"],
  ["9876543210", "many"],
  ["01 441 2233", "start"],
])("the phone %j has the problem %j", (phone, problem) => {
  expect(problemOfPhone(phone)).toBe(problem);
});

it("reads the digits and says them in threes", () => {
  expect(digitsOf("0051 987-654-321")).toBe("987654321");
  expect(spoken("+51987654321")).toBe("987 654 321");
});

it.each([
  ["", "", null],
  ["29", "2", { day: 29, month: 2 }],
  ["30", "2", "wrong"],
  ["31", "4", "wrong"],
  ["1", "", "wrong"],
  ["", "5", "wrong"],
  ["1.5", "5", "wrong"],
  ["uno", "5", "wrong"],
  ["0", "5", "wrong"],
])("the birthday %j of %j is %j", (day, month, expected) => {
  expect(birthdayOf({ day, month })).toEqual(expected);
});
