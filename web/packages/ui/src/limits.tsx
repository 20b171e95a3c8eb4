import { useWords } from "./words";

/** What a field takes, as the API's description says it (`@sello/api/limits`): bounds of a number, or letters of a text. */
export type Limits = { readonly min?: number; readonly max?: number };

type Kind = { numeric?: boolean };

/** The same for the browser's own control, so that nothing too long can be written. */
export function attributesOf(limits: Limits | undefined, { numeric = false }: Kind = {}) {
  if (!limits) return {};
  const { min, max } = limits;
  if (!numeric) return max === undefined ? {} : { maxLength: max };
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

export type Broken = { kind: "empty" | "short" | "long" | "low" | "high" | "form"; bound?: number };

/** Which limit a written value breaks, if any; what is empty breaks none unless it is needed. */
export function brokenBy(
  { min, max }: Limits,
  written: string,
  { needed = false, numeric = false }: Kind & { needed?: boolean } = {},
): Broken | null {
  const value = written.trim();
  if (value === "") return needed ? { kind: "empty" } : null;
  const amount = numeric ? Number(value) : Array.from(value).length;
  if (Number.isNaN(amount)) return { kind: "form" };
  if (min !== undefined && amount < min) return { kind: numeric ? "low" : "short", bound: min };
  if (max !== undefined && amount > max) return { kind: numeric ? "high" : "long", bound: max };
  return null;
}

/** Says in words what is wrong with a written value by its limits: `const wrong = useLimits(); wrong(limits, value)`. */
export function useLimits(): (
  limits: Limits,
  written: string,
  options?: Kind & { needed?: boolean },
) => string | undefined {
  const words = useWords().limits;
  return (limits, written, options) => {
    const broken = brokenBy(limits, written, options);
    return broken ? words[broken.kind](broken.bound ?? 0) : undefined;
  };
}
