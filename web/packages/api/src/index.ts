/** The API's shapes, as its own description says them; `make types` writes them anew. */
import type { components } from "./schema";

export type { components, operations, paths } from "./schema";

/** A body by its name in the description: `Body<"WebCardAnswer">`. */
export type Body<Name extends keyof components["schemas"]> = components["schemas"][Name];
