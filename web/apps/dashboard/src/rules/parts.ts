import type { Draft } from "./draft";

/** What every part of the rules gets: the draft, what it was, and how to change it. */
export type PartProps = { draft: Draft; was: Draft; change: (changes: Partial<Draft>) => void };
