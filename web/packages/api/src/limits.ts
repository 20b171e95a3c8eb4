import limits from "./limits.json";

/** What the API accepts, by shape and field, written by `make types`: numbers, letters of a text, places of a list. */
export const LIMITS = limits;

export type Limits = { min?: number; max?: number };
