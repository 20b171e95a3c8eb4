import type { Business } from "../session/use-session";

export type Design = Business["poster_design"];
export type Paper = "a4" | "tent";

/** In the order in which they are offered; the first is everybody's until they choose. */
export const DESIGNS: readonly Design[] = ["band", "ring", "card", "paper"];
