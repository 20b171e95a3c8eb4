/** Keeps a code that stays in view from being acted on again. Pure. */

const GONE = 2_000; // ms out of view until a code counts as shown anew

export type Guard = {
  /** Whether a code seen at this moment should be acted on; seeing it is noted. */
  lets: (code: string, key: string, now: number) => boolean;
  /** What came of the last one: counted cards stay shut by any of their codes, a refusal shuts that one code only. */
  counted: () => void;
  refused: () => void;
};

export function makeGuard(): Guard {
  let shut: { code: string; key: string; seen: number; whole: boolean } | null = null;
  return {
    lets(code, key, now) {
      if (shut && now - shut.seen > GONE) shut = null;
      if (shut && (shut.code === code || (shut.whole && shut.key === key))) {
        shut.seen = now;
        return false;
      }
      shut = { code, key, seen: now, whole: true };
      return true;
    },
    counted() {
      if (shut) shut.whole = true;
    },
    refused() {
      if (shut) shut.whole = false;
    },
  };
}
