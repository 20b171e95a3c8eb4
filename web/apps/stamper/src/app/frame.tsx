import type { ReactNode } from "react";
import type { Counter } from "../contracts";
import { Bar } from "../parts/bar";
import type { Place } from "../session/place";
import type { Person } from "../session/staff";
import { useWatched } from "../watched";
import type { Act, Desk } from "./machine";

export type FrameProps = {
  counter: Counter;
  desk: Desk;
  look: string;
  person: Person | null;
  where: Place | null;
  go: (act: Act) => void;
};

type Wishes = {
  /** The name of the way back; without, it says who stamps. */
  back?: string;
  /** Nobody stands at the till. */
  nobody?: boolean;
  /** It is an answer: the screen takes its colour. */
  answer?: boolean;
  children?: ReactNode;
};

/** The three zones of every screen: bar, middle, dock. */
export function Frame({
  counter,
  look,
  person,
  where,
  go,
  back,
  nobody = false,
  answer = false,
  children,
}: FrameProps & Wishes) {
  const online = useWatched(counter.signal.online);
  const waiting = useWatched(counter.queue.count);
  const unseen = useUnseen(counter);
  const queue = () => go({ do: "show", screen: { at: "queue" } });
  return (
    <main className={`screen ${answer ? look : "plain"}`}>
      <Bar
        left={
          nobody || !person
            ? null
            : back !== undefined
              ? { back, onTap: () => go({ do: "back" }) }
              : whoIn(person, where, () => go({ do: "show", screen: { at: "people" } }))
        }
        online={online}
        waiting={waiting}
        unseen={unseen}
        {...(person ? { onQueue: queue } : {})}
      />
      {children}
    </main>
  );
}

/** Who stamps and where, for the bar. */
export function whoIn(person: Person, where: Place | null, onTap: () => void) {
  return { who: person.name, where: where?.branch ?? where?.till ?? where?.shop ?? "", onTap };
}

/** How many refused stamps nobody has read about. */
export function useUnseen(counter: Counter): number {
  const entries = useWatched(counter.queue.entries);
  return entries.filter((entry) => entry.state === "refused" && !entry.seen).length;
}
