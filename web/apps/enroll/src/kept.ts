/** The card that this phone has made at a shop. A browser may refuse to remember anything; then nothing is remembered. */

const nameOf = (slug: string) => `sello:card:${slug}`;

/** The address of the card made here before, if the phone remembers. */
export function cardOfThisPhone(slug: string): string | null {
  try {
    return localStorage.getItem(nameOf(slug));
  } catch {
    return null;
  }
}

/** Remember the card, if the phone lets us. */
export function keepCard(slug: string, link: string): void {
  try {
    localStorage.setItem(nameOf(slug), link);
  } catch {
    // a private window: the card itself is in its link
  }
}
