import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

import { AGAIN, listen, liveState, onLiveState, type LiveState } from "./connection";
import { refresher } from "./refresher";

type Message = Readonly<Record<string, unknown>>;

/** Hear of one kind of happening (`StampAdded`, or `again` when everything has to be asked for anew). */
export function useLive(event: string, handler: (message: Message) => void): void {
  const hear = useEffectEvent(handler);
  useEffect(
    () =>
      listen((heard, message) => {
        if (heard === event) hear(message);
      }),
    [event],
  );
}

/** Ask anew soon after any of these happenings and after every reconnection; see `refresher` for the times. */
export function useRefreshOn(
  events: ReadonlySet<string>,
  refresh: () => void,
  wait: number,
  later?: readonly number[],
) {
  const ask = useEffectEvent(refresh);
  useEffect(() => {
    const { poke, stop } = refresher(() => ask(), wait, later);
    const leave = listen((event) => {
      if (event === AGAIN || events.has(event)) poke();
    });
    // What happened while nobody listened here was told to nobody.
    if (liveState() === "open") poke();
    return () => {
      leave();
      stop();
    };
  }, [events, wait, later]);
}

/** Whether messages arrive. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(onLiveState, liveState);
}
