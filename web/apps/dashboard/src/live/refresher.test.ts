import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { refresher } from "./refresher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a burst is one question, and it does not wait for the burst to end", () => {
  const refresh = vi.fn();
  const { poke } = refresher(refresh, 100);
  for (let n = 0; n < 30; n++) {
    poke();
    vi.advanceTimersByTime(10);
  }
  expect(refresh).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(1000);
  expect(refresh).toHaveBeenCalledTimes(3);
});

test("later questions count from the last poke", () => {
  const refresh = vi.fn();
  const { poke } = refresher(refresh, 100, [1000, 5000]);
  poke();
  vi.advanceTimersByTime(900);
  poke();
  vi.advanceTimersByTime(900);
  expect(refresh).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(100);
  expect(refresh).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(4000);
  expect(refresh).toHaveBeenCalledTimes(4);
});

test("whoever stops is asked nothing more", () => {
  const refresh = vi.fn();
  const { poke, stop } = refresher(refresh, 100, [1000]);
  poke();
  stop();
  vi.advanceTimersByTime(10_000);
  expect(refresh).not.toHaveBeenCalled();
});
