/** Which screen is shown, and what the next one is. Pure; there is no router. */
import type { Target } from "../contracts";
import type { PendingCard } from "../counter/pending-screen";
import type { Ready } from "../counter/cards";
import type { Trouble } from "../counter/refused-screen";

/** Somebody who is about to be stamped. */
export type Whom = { target: Target; label: string };

export type Screen =
  | { at: "camera" }
  | { at: "find" }
  | { at: "type" }
  | { at: "purchase"; whom: Whom }
  | { at: "pending"; card: PendingCard }
  | { at: "stamped"; id: string }
  | { at: "refused"; trouble: Trouble }
  | { at: "gift"; cardId: string; name: string; reward: Ready | null }
  | { at: "discount"; code: string }
  | { at: "queue" }
  | { at: "people" }
  | { at: "leave" };

/** `gift`: what is scanned or found gets its rewards, not a stamp. `last`: the stamp that can be undone yet. */
export type Desk = { screen: Screen; gift: boolean; last: string | null };

export type Act =
  | { do: "show"; screen: Screen }
  | { do: "home" }
  | { do: "back" }
  | { do: "aim"; gift: boolean }
  | { do: "stamped"; id: string };

export const OPENED: Desk = { screen: { at: "camera" }, gift: false, last: null };

export function move(desk: Desk, act: Act): Desk {
  switch (act.do) {
    case "show":
      return { ...desk, screen: act.screen };
    case "stamped":
      return { screen: { at: "stamped", id: act.id }, gift: false, last: act.id };
    case "aim":
      return { ...desk, screen: { at: "camera" }, gift: act.gift };
    case "home":
      return { ...desk, screen: { at: "camera" }, gift: false };
    case "back":
      return { ...desk, screen: before(desk.screen) };
  }
}

function before(screen: Screen): Screen {
  if (screen.at === "type") return { at: "find" };
  if (screen.at === "leave") return { at: "people" };
  return { at: "camera" };
}
