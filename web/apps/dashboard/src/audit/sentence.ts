/** A piece of a sentence; what is named stands out. */
export type Part = string | { name: string };

/** What a sentence may speak of. */
export interface Row {
  who: string;
  what: string | null;
  details: Record<string, unknown>;
}

/** `say`${name} opened ${what}``: the values are names, the rest are words. */
export function say(words: TemplateStringsArray, ...names: (string | null)[]): Part[] {
  return words.flatMap((word, place): Part[] => {
    const name = names[place];
    return [...(word ? [word] : []), ...(name ? [{ name }] : [])];
  });
}

/** A detail that is a text, or nothing. */
export function text(row: Row, name: string): string {
  const value = row.details[name];
  return typeof value === "string" ? value : typeof value === "number" ? value.toString() : "";
}

/** A detail that is a list of texts. */
export function list(row: Row, name: string): string[] {
  const value = row.details[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** The words for each of some keys, as a list is read; unknown ones stay as they are. */
export function worded(keys: string[], words: Record<string, string>, and: string): string {
  const all = keys.map((key) => words[key] ?? key);
  const last = all.at(-1) ?? "";
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} ${and} ${last}` : last;
}
