/** Who the roster knows and how they are found. Pure. */

/** A customer as the counter keeps them: a first name and three digits, no phone. */
export type Person = {
  customerId: string;
  cardId: string;
  firstName: string;
  lastThree: string;
  balance: number;
  /** Their place in the server's list: the latest first. */
  place: number;
};

/** What a PIN leaves here: nothing it could be read from. `wrong`: tries in a row; `until`: locked till then, ms. */
export type Pin = {
  accountId: string;
  name: string;
  salt: Uint8Array<ArrayBuffer>;
  hash: Uint8Array<ArrayBuffer>;
  wrong: number;
  until: number;
};

export const MOST_FOUND = 20;
export const MOST_TRIES = 5;
export const LOCKED_FOR = 15 * 60 * 1000; // ms, as the server does

/** Small letters without accents. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** By the last two or three digits (of more, the last three count), or by the beginnings of words of the name. */
export function found(people: readonly Person[], text: string): Person[] {
  const digits = text.replace(/\D/g, "").slice(-3);
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (/^[\d\s+().-]+$/.test(text.trim()))
    return digits.length < 2 ? [] : people.filter((one) => one.lastThree.endsWith(digits)).slice(0, MOST_FOUND);
  if (words.join("").length < 2) return [];
  const fits = (one: Person) => {
    const named = fold(one.firstName).split(/\s+/);
    return words.every((word) => named.some((name) => name.startsWith(word)));
  };
  return people.filter(fits).slice(0, MOST_FOUND);
}

/** The PIN's record after a wrong try. */
export function missed(pin: Pin, now: number): Pin {
  const wrong = pin.wrong + 1;
  return wrong < MOST_TRIES ? { ...pin, wrong } : { ...pin, wrong: 0, until: now + LOCKED_FOR };
}
