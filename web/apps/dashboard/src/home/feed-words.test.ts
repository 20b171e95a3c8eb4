import type { Body } from "@sello/api";
import { expect, test } from "vitest";

import { happeningInWords, isLate } from "./feed-words";
import { texts } from "./texts";

const STAMP: Body<"Happening"> = {
  id: "1",
  what: "stamp",
  at: "2026-11-23T23:05:00Z",
  visited_at: "2026-11-23T23:04:58Z",
  customer_id: "2",
  customer: "Carmen F.",
  by: "Marco",
  branch_id: null,
  count: 1,
  balance: 7,
  of: 10,
  reward: null,
  source: null,
  taken_back: false,
};

test("what happened in words", () => {
  const say = (changes: Partial<Body<"Happening">>) => happeningInWords(texts.es.feed, { ...STAMP, ...changes });
  expect(say({})).toBe("sello, va en 7 de 10");
  expect(say({ count: 2 })).toBe("2 sellos, va en 7 de 10");
  expect(say({ balance: 0 })).toBe("sello, completó su tarjeta");
  expect(say({ what: "reward", reward: "Café" })).toBe("tiene listo: Café");
  expect(say({ what: "redemption", reward: "Café" })).toBe("canjeó: Café");
  expect(say({ what: "enrolment" })).toBe("tarjeta nueva");
  for (const words of Object.values(texts)) expect(happeningInWords(words.feed, STAMP)).toContain("7");
});

test("only a till without a signal is late", () => {
  expect(isLate(STAMP)).toBe(false);
  expect(isLate({ ...STAMP, visited_at: "2026-11-23T20:00:00Z" })).toBe(true);
  expect(isLate({ ...STAMP, visited_at: null })).toBe(false);
});
