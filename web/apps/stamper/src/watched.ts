/** A value that says when it changes, for `useSyncExternalStore` and for whoever is no component. */
import { useSyncExternalStore } from "react";

export type Watched<T> = {
  /** The value now; the same object until it changes. */
  read: () => T;
  /** Be called after every change; returns how to stop. */
  watch: (look: () => void) => () => void;
};

export type Kept<T> = Watched<T> & { write: (next: T) => void };

/** A value that can be written. */
export function kept<T>(first: T): Kept<T> {
  let value = first;
  const looks = new Set<() => void>();
  return {
    read: () => value,
    write: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const look of looks) look();
    },
    watch: (look) => {
      looks.add(look);
      return () => void looks.delete(look);
    },
  };
}

/** A watched value inside a component. */
export function useWatched<T>(value: Watched<T>): T {
  return useSyncExternalStore(value.watch, value.read);
}
