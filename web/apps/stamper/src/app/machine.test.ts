import { expect, test } from "vitest";
import { type Desk, move, OPENED } from "./machine";

test("a stamp ends the handing over and can be undone from the camera", () => {
  const aimed = move(OPENED, { do: "aim", gift: true });
  expect(aimed).toEqual({ screen: { at: "camera" }, gift: true, last: null });
  const stamped = move(aimed, { do: "stamped", id: "1" });
  expect(stamped).toEqual({ screen: { at: "stamped", id: "1" }, gift: false, last: "1" });
  expect(move(stamped, { do: "home" })).toEqual({ screen: { at: "camera" }, gift: false, last: "1" });
});

test("looking somebody up keeps what it is for; back leads one screen up", () => {
  let desk: Desk = move(OPENED, { do: "aim", gift: true });
  desk = move(desk, { do: "show", screen: { at: "find" } });
  desk = move(desk, { do: "show", screen: { at: "type" } });
  expect(desk.gift).toBe(true);
  desk = move(desk, { do: "back" });
  expect(desk.screen).toEqual({ at: "find" });
  desk = move(desk, { do: "back" });
  expect(desk).toMatchObject({ screen: { at: "camera" }, gift: true });
  desk = move(move(desk, { do: "show", screen: { at: "leave" } }), { do: "back" });
  expect(desk.screen).toEqual({ at: "people" });
});
