/** The server's time, as far as this machine knows it: stamps and their ids carry it, and phones' clocks are often off. */

export type Clock = {
  now: () => Date;
  /** The server said it was `told` (to the second) in answer to what was sent and received at these of our moments. */
  heard: (told: Date, sent: number, received: number) => void;
};

type Mark = { offset: number; told: number };

/** Where the mark outlives a reload; both may fail. */
export type Memory = { read: () => string | null; write: (text: string) => void };

const COARSE = 1_500; // ms: an answer's date has no fractions, so smaller differences are none

/**
 * Counts from what the server said last. Time never runs back behind that: a phone whose battery was empty may start
 * in another year, and a stamp of that year would be refused for good.
 */
export function makeClock(memory: Memory, wall: () => number = Date.now): Clock {
  let mark = remembered(memory);
  return {
    now: () => new Date(Math.max(wall() + mark.offset, mark.told)),
    heard: (told, sent, received) => {
      const middle = told.getTime() + 500 - (sent + received) / 2;
      const unsure = COARSE + (received - sent) / 2;
      const offset = Math.abs(middle - mark.offset) > unsure ? middle : mark.offset;
      mark = { offset, told: told.getTime() };
      memory.write(JSON.stringify(mark));
    },
  };
}

function remembered(memory: Memory): Mark {
  const text = memory.read();
  try {
    const { offset, told } = JSON.parse(text ?? "") as Partial<Mark>;
    if (Number.isFinite(offset) && Number.isFinite(told)) return { offset: offset ?? 0, told: told ?? 0 };
  } catch {
    // nothing was kept, or by somebody else
  }
  return { offset: 0, told: 0 };
}

/** A place in the browser's small memory; without one, things last as long as the page. */
export function placeOf(name: string): Memory {
  return {
    read: () => {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    write: (text) => {
      try {
        localStorage.setItem(name, text);
      } catch {
        // a private window
      }
    },
  };
}
