import { describe, expect, it } from "vitest";

import { addressOf, filtersOf, GROUPS, newcomerOf, queryOf, searchOf, type Filters } from "./filters";

const USUAL: Filters = { text: "", group: "all", marketing: null, order: "visit" };

describe("filters in the address", () => {
  it("come back as they went", () => {
    for (const group of GROUPS)
      for (const order of ["visit", "name", "newest"] as const)
        for (const marketing of [null, true, false]) {
          const filters = { text: "Ñuñez & <b>", group, marketing, order };
          expect(filtersOf(new URLSearchParams(addressOf(filters).toString()))).toEqual(filters);
        }
  });
  it("are not written when they are as usual", () => {
    expect(addressOf(USUAL).toString()).toBe("");
    expect(filtersOf(new URLSearchParams("grupo=x&orden=y&mensajes=z&otro=1"))).toEqual(USUAL);
  });
});

describe("what is searched", () => {
  it.each([
    ["", undefined],
    [" a ", undefined],
    ["7", undefined],
    ["77", "77"],
    ["987 654 321", "987654321"],
    ["+51 987 654 321", "987654321"],
    ["0051987654321", "987654321"],
    ["98765432100", "987654321"],
    ["ana", "ana"],
    ["  ana   t  ", "ana t"],
    ["a b c d e f g h", "a b c d e f"],
    ["--", undefined],
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ])("%j is asked for as %j", (text, asked) => {
    expect(searchOf(text)).toBe(asked);
  });
  it("leaves out what nobody asked for", () => {
    expect(queryOf(USUAL)).toEqual({ group: "all", order: "visit" });
    expect(queryOf({ ...USUAL, text: "ana", marketing: false })).toEqual({
      group: "all",
      order: "visit",
      q: "ana",
      marketing: false,
    });
  });
});

describe("somebody who was not found", () => {
  it.each([
    ["Ana Torres", { name: "Ana Torres", phone: "" }],
    ["987 654 321", { name: "", phone: "987654321" }],
    ["+51987654321", { name: "", phone: "987654321" }],
    ["412", { name: "", phone: "412" }],
    [" ", { name: "", phone: "" }],
  ])("%j", (text, newcomer) => {
    expect(newcomerOf(text)).toEqual(newcomer);
  });
});
