import { describe, expect, test } from "vitest";
import { makeClock } from "./clock";

function phone(wall: number) {
  let kept: string | null = null;
  const state = { wall };
  const memory = { read: () => kept, write: (text: string) => void (kept = text) };
  return { state, open: () => makeClock(memory, () => state.wall) };
}
const NOON = Date.parse("2026-11-23T17:00:00Z");

describe("the server's time", () => {
  test("corrects a phone that is hours off, and is remembered", () => {
    const { state, open } = phone(NOON - 3 * 3600_000);
    open().heard(new Date(NOON), state.wall - 100, state.wall + 100);
    state.wall += 60_000;
    expect(Math.abs(open().now().getTime() - NOON - 60_000)).toBeLessThan(1000);
  });

  test("does not jitter by the second an answer's date lacks", () => {
    const { state, open } = phone(NOON);
    const clock = open();
    clock.heard(new Date(NOON), state.wall, state.wall + 300);
    expect(clock.now().getTime()).toBe(NOON);
  });

  test("never runs back behind what the server said, though the battery was empty and it is 1970 again", () => {
    const { state, open } = phone(NOON);
    open().heard(new Date(NOON), NOON, NOON);
    state.wall = 0;
    expect(open().now().getTime()).toBe(NOON);
  });

  test("begins with the phone's own time, also when what was kept is broken", () => {
    const clock = makeClock({ read: () => "{", write: () => undefined }, () => NOON);
    expect(clock.now().getTime()).toBe(NOON);
  });
});
