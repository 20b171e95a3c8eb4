import { describe, expect, test } from "vitest";
import { digitsOf, enrolmentOf, grouped, problemsOf, type Written } from "./form";
import { en } from "./texts/en";
import { es } from "./texts/es";

const WRITTEN: Written = { name: "Ana Torres", phone: "987 654 321", day: "", month: "", marketing: false };

describe("a phone, however it was typed", () => {
  test.each([
    ["987654321", "987654321"],
    ["987 654 321", "987654321"],
    ["+51 987 654 321", "987654321"],
    ["0051987654321", "987654321"],
    ["51987654321", "987654321"],
    ["987-654-32", "98765432"],
    ["", ""],
  ])("%s", (typed, digits) => expect(digitsOf(typed)).toBe(digits));

  test("is shown in groups", () => {
    expect(grouped("987654321")).toBe("987 654 321");
    expect(grouped("9876")).toBe("987 6");
  });
});

describe("what is wrong stands beside its field", () => {
  test("nothing, when it can be sent", () => expect(problemsOf(WRITTEN, es.enrol)).toEqual({}));

  test.each<[Partial<Written>, object]>([
    [{ name: "  " }, { name: es.enrol.nameMissing }],
    [{ phone: "" }, { phone: es.enrol.phoneEmpty }],
    [{ phone: "987 654 32" }, { phone: "Falta un número. Son 9 y empiezan con 9." }],
    [{ phone: "987" }, { phone: "Faltan 6 números. Son 9 y empiezan con 9." }],
    [{ phone: "9876543210" }, { phone: es.enrol.phoneLong }],
    [{ phone: "012345678" }, { phone: es.enrol.phoneStart }],
    [{ day: "3" }, { birthday: es.enrol.birthdayHalf }],
    [{ month: "3" }, { birthday: es.enrol.birthdayHalf }],
    [{ day: "30", month: "2" }, { birthday: es.enrol.birthdayNever }],
    [{ day: "0", month: "2" }, { birthday: es.enrol.birthdayNever }],
    [{ day: "29", month: "2" }, {}],
    [{ day: "31", month: "12" }, {}],
  ])("%j", (part, problems) => expect(problemsOf({ ...WRITTEN, ...part }, es.enrol)).toEqual(problems));
});

test("what is sent has the whole number and no birthday that nobody gave", () => {
  const about = { slug: "cafe-luna", textVersion: "2026-11", posterId: "p1", language: "es" } as const;
  expect(enrolmentOf({ ...WRITTEN, name: " Ana  " }, about)).toEqual({
    slug: "cafe-luna",
    name: "Ana",
    phone: "+51987654321",
    birthday: null,
    marketing: false,
    text_version: "2026-11",
    poster_id: "p1",
    language: "es",
  });
  expect(enrolmentOf({ ...WRITTEN, day: "29", month: "2" }, about).birthday).toEqual({ day: 29, month: 2 });
});

test("both languages say every sentence", () => {
  const names = (texts: object, path = ""): string[] =>
    Object.entries(texts as Record<string, string | object>).flatMap(([name, value]) =>
      typeof value === "object" ? names(value, `${path}${name}.`) : [`${path}${name}`],
    );
  expect(names(en)).toEqual(names(es));
});
