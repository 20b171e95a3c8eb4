import { describe, expect, test } from "vitest";
import { cardIn, isOver, readCode, readTyped } from "./codes";
import { makeGuard } from "./guard";

const OURS = "https://sello.pe";
const CARD = "01930000-1111-7222-8333-444455556666";
const ISSUED = 1_795_450_000;

function rotating(): string {
  const bytes = (CARD.replaceAll("-", "").match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  for (let at = 3; at >= 0; at--) bytes.push(Math.floor(ISSUED / 256 ** at) % 256);
  for (let at = 0; at < 12; at++) bytes.push(250 + (at % 6)); // brings + and / into base64
  return (
    "K" +
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "")
  );
}

describe("a code", () => {
  test("of a card that never changes is its own key", () => {
    const code = "0123456789ABCDEFGHJK";
    expect(readCode(` ${code}\n`, OURS)).toEqual({ is: "card", code, key: code, issued: null });
  });

  test("that changes names its card and when it was made", () => {
    const code = rotating();
    expect(code).toHaveLength(44);
    expect(readCode(code, OURS)).toEqual({ is: "card", code, key: CARD, issued: ISSUED * 1000 });
    expect(cardIn(code)).toBe(CARD);
    expect(cardIn("0123456789ABCDEFGHJK")).toBeNull();
  });

  test("is over after its minute and ten seconds of grace", () => {
    expect(isOver(ISSUED * 1000, new Date(ISSUED * 1000 + 70_000))).toBe(false);
    expect(isOver(ISSUED * 1000, new Date(ISSUED * 1000 + 70_001))).toBe(true);
    expect(isOver(null, new Date())).toBe(false);
  });

  test.each([
    ["https://sello.pe/e/cafe-luna?p=1", "poster"],
    ["https://sello.pe/c/ABCDEF0123", "link"],
    ["https://sello.pe/stamp#code=ABC", "till"],
    ["https://otra.pe/e/cafe-luna", "foreign"],
    ["WIFI:T:WPA;S:Luna;P:secreto;;", "foreign"],
    ["0123456789ABCDEFGHIL", "foreign"], // letters that no code of ours has
    ["", "foreign"],
  ])("%s is of the kind %s", (text, kind) => {
    expect(readCode(text, OURS)).toEqual({ is: kind });
  });

  test("is read as it was meant when it was typed", () => {
    expect(readTyped("o123-4567 89ab cdef-ghjk")).toMatchObject({ is: "card", code: "0123456789ABCDEFGHJK" });
    expect(readTyped("0i23456789ABCDEFGHJK")).toMatchObject({ code: "0123456789ABCDEFGHJK" });
    expect(readTyped("0123")).toEqual({ is: "foreign" });
    expect(readTyped("01i3-4567-89abc")).toEqual({ is: "discount", code: "0113456789ABC" });
  });
});

describe("the guard", () => {
  const A = { code: "a", key: "card" };
  const NEXT = { code: "b", key: "card" };
  const OTHER = { code: "c", key: "other" };

  test("lets a code through once while it stays in view", () => {
    const guard = makeGuard();
    expect(guard.look([A], 0)).toEqual({ act: A, again: false });
    for (let now = 100; now < 60_000; now += 1900) expect(guard.look([A], now)).toEqual({ act: null, again: true });
  });

  test("does not take an answer on the screen for a code that was taken away", () => {
    const guard = makeGuard();
    guard.look([A], 0);
    expect(guard.look([A], 10_000)).toEqual({ act: null, again: true });
  });

  test("knows a counted card by its next code too", () => {
    const guard = makeGuard();
    guard.look([A], 0);
    guard.counted();
    expect(guard.look([NEXT], 1000)).toEqual({ act: null, again: true });
    expect(guard.look([OTHER], 1500)).toEqual({ act: OTHER, again: false });
  });

  test("lets the fresh code of a card through whose old one was refused", () => {
    const guard = makeGuard();
    guard.look([A], 0);
    guard.refused();
    expect(guard.look([A], 1000).act).toBeNull();
    expect(guard.look([NEXT], 1500).act).toEqual(NEXT);
  });

  test("lets the same code through when it was shown anew", () => {
    const guard = makeGuard();
    guard.look([A], 0);
    expect(guard.look([], 1000)).toEqual({ act: null, again: false });
    expect(guard.look([A], 2500).act).toBeNull(); // a blink
    guard.look([], 3000);
    expect(guard.look([A], 5001)).toEqual({ act: A, again: false });
  });
});
