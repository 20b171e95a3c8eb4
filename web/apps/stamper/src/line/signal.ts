/** Whether the server can be reached. The phone's own word counts when it says no; a yes is only a network. */
import { kept, type Watched } from "../watched";

const LONGEST = 20_000; // ms between two looks while nobody answers

export type Line = {
  online: Watched<boolean>;
  /** What the last try came to. */
  heard: (there: boolean) => void;
  /** Look whether the server answers; resolves with that. */
  reach: () => Promise<boolean>;
};

/** Watches the network; while nobody answers it looks again, more and more rarely, and at once when the phone wakes. */
export function watchLine(look: () => Promise<boolean>): Line {
  const online = kept(navigator.onLine);
  let rest = 1_000;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const heard = (there: boolean) => {
    clearTimeout(timer);
    if (there) rest = 1_000;
    else timer = setTimeout(() => void reach(), (rest = Math.min(LONGEST, rest * 2)));
    online.write(there);
  };
  const reach = async () => {
    if (!navigator.onLine) {
      online.write(false); // an event will tell when that changes
      return false;
    }
    const there = await look();
    heard(there);
    return there;
  };
  const wake = () => {
    rest = 1_000;
    if (!online.read()) void reach();
  };
  addEventListener("online", wake);
  addEventListener("offline", () => online.write(false));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
  return { online, heard, reach };
}
