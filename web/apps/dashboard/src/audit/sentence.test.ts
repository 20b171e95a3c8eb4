import { expect, test } from "vitest";
import { actionsOf, GROUPS, type Action } from "./actions";
import type { Part, Row } from "./sentence";
import { texts } from "./texts";

const row: Row = { who: "Rosa", what: "Caja 1", details: { fields: ["name", "logo"], role: "owner", kind: "visits" } };
const plain = (parts: Part[]) => parts.map((part) => (typeof part === "string" ? part : part.name)).join("");

test.each(["es", "en"] as const)("every action is a sentence in %s", (language) => {
  const { sentences } = texts[language];
  for (const [action, sentence] of Object.entries(sentences)) {
    const said = plain(sentence(row));
    expect(said, action).toMatch(/^\S.{9,}\S$/);
    expect(said, action).not.toMatch(/undefined|null|\[object| {2}/);
    // Without any facts it still has to read as a sentence.
    expect(plain(sentence({ who: "Rosa", what: null, details: {} })), action).toMatch(/^\S.{9,}/);
  }
});

test("both languages know the same actions, and every action has a group", () => {
  const all = Object.keys(texts.es.sentences) as Action[];
  expect(Object.keys(texts.en.sentences)).toEqual(all);
  expect(GROUPS.flatMap((group) => actionsOf(group, all)).sort()).toEqual([...all].sort());
  for (const group of GROUPS) expect(actionsOf(group, all), group).not.toEqual([]);
});

test("lists and names are told as people tell them", () => {
  expect(plain(texts.es.sentences["business.changed"](row))).toBe("Rosa cambió el nombre y el logo del local");
  expect(plain(texts.en.sentences["business.changed"](row))).toBe("Rosa changed the name and the logo of the shop");
  expect(plain(texts.es.sentences["device.revoked"](row))).toBe("Rosa cerró la caja Caja 1");
  expect(plain(texts.es.sentences["pin.cleared"]({ ...row, what: "Rosa" }))).toBe("Rosa quitó su PIN");
});
