import { useCallback, useEffect, useRef, useState } from "react";
import { ask, type CardDocument, type Code, NoAnswer, Refusal, type WebCard } from "./page";

export type Live = {
  card: WebCard;
  /** When the server last told us the state of the card. */
  seenAt: Date;
  code: Code | null;
  /** Seconds until the code has to be another one. */
  left: number;
  offline: boolean;
  gone: string | null;
  refresh: () => Promise<void>;
};

const REST = 5_000; // ms between two tries while no answer comes

/**
 * The card as it is now, with a code that works.
 *
 * Asks anew when the code ends, when the page is looked at again after the phone slept, and when the signal is back.
 * An old code is never shown: the till would refuse it. Time is counted from each answer on, since clocks of phones are
 * often wrong; by the wall clock, since the other one stands still while the phone sleeps.
 */
export function useLiveCard(page: CardDocument): Live {
  const path = `/cards/by-link/${encodeURIComponent(page.link)}`;
  const [card, setCard] = useState(page.card);
  const [seenAt, setSeenAt] = useState(() => new Date(page.at));
  const [code, setCode] = useState<{ code: Code; ends: number } | null>(null);
  const [left, setLeft] = useState(0);
  const [offline, setOffline] = useState(false);
  const [gone, setGone] = useState<string | null>(null);
  const asking = useRef(false);
  const notBefore = useRef(0);

  const refresh = useCallback(async () => {
    if (asking.current) return;
    asking.current = true;
    try {
      const sent = Date.now();
      const fresh = await ask<WebCard>("GET", path);
      setCard(fresh);
      setSeenAt(new Date());
      setCode({ code: fresh.code, ends: sent + 1000 * fresh.code.seconds });
      setOffline(false);
    } catch (error) {
      if (error instanceof Refusal) setGone(error.message);
      else if (error instanceof NoAnswer) setOffline(true);
      notBefore.current = Date.now() + REST;
    } finally {
      asking.current = false;
    }
  }, [path]);

  useEffect(() => {
    const tick = () => {
      const remaining = code ? (code.ends - Date.now()) / 1000 : 0;
      setLeft(Math.max(0, Math.ceil(remaining)));
      if (remaining <= 0 && !document.hidden && Date.now() >= notBefore.current) void refresh();
    };
    const wake = () => {
      notBefore.current = 0;
      tick();
    };
    tick();
    const timer = setInterval(tick, 500);
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("online", wake);
    };
  }, [code, refresh]);

  return { card, seenAt, code: left > 0 && code ? code.code : null, left, offline, gone, refresh };
}
