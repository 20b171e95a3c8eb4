import { describe, expect, test } from "vitest";
import { isInsideAnApp, walletsOf } from "./wallets";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15";
const PIXEL =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";
const INSTAGRAM = `${IPHONE.replace(" Safari/604.1", "")} Instagram 340.0.0.27.94 (iPhone15,2; iOS 18_1; es_PE)`;
const FACEBOOK = `${IPHONE} [FBAN/FBIOS;FBAV/480.0.0.35.109;FBDV/iPhone15,2]`;

describe("a phone is offered the wallet it has", () => {
  test.each([
    ["an iPhone", IPHONE, 5, ["apple"]],
    ["an iPad, which says it is a Mac", MAC, 5, ["apple"]],
    ["a Mac", MAC, 0, ["apple", "google"]],
    ["Android", PIXEL, 5, ["google"]],
    ["Windows with a finger", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130", 10, ["apple", "google"]],
  ])("%s", (_, agent, touches, kinds) => expect(walletsOf(agent, touches)).toEqual(kinds));
});

test("the window of an app on an iPhone takes no card, its browser does", () => {
  expect([INSTAGRAM, FACEBOOK].map(isInsideAnApp)).toEqual([true, true]);
  expect([IPHONE, MAC, PIXEL, `${PIXEL} Instagram 340.0`].map(isInsideAnApp)).toEqual([false, false, false, false]);
});
