/** Keeps a code that stays in view from being acted on again. Pure. */

const GONE = 2_000; // ms of looking without it until a code counts as shown anew

/** A code in view; `key` is the same for every code of one card. */
export type Seen = { code: string; key: string };

export type Guard = {
  /** What one look saw: the code to act on now, and whether one is in view that was acted on already. */
  look: (seen: readonly Seen[], now: number) => { act: Seen | null; again: boolean };
  /** What came of the last one: counted cards stay shut by any of their codes, a refusal shuts that one code only. */
  counted: () => void;
  refused: () => void;
};

/** Time counts only while somebody looks: behind an answer a phone may well have stayed before the camera. */
export function makeGuard(): Guard {
  let shut: (Seen & { missed: number | null; whole: boolean }) | null = null;
  const isShut = ({ code, key }: Seen) => shut !== null && (shut.code === code || (shut.whole && shut.key === key));
  return {
    look(seen, now) {
      if (shut?.missed != null && now - shut.missed > GONE) shut = null;
      const again = seen.some(isShut);
      if (shut) shut.missed = again ? null : (shut.missed ?? now);
      const act = again ? null : (seen[0] ?? null);
      if (act) shut = { ...act, missed: null, whole: true };
      return { act, again };
    },
    counted() {
      if (shut) shut.whole = true;
    },
    refused() {
      if (shut) shut.whole = false;
    },
  };
}
