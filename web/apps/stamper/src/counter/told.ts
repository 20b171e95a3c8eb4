/** What a refusal is called at the counter; `how` replaces the server's sentence where we know more. */
export type Told = { title: string; how?: string };

/** `1 sello`, `2 sellos`. */
export function count(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}
