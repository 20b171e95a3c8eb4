const INK = "#1c1917";
const WHITE = "#ffffff";
const BLACK = "#000000"; // where white cannot be read, black can: one of the two always has 4.58
const READABLE = 4.5; // contrast of text, WCAG 2 level AA

/** `#rrggbb`, as the API takes colours. */
export const COLOUR = /^#[0-9a-f]{6}$/i;

/** What a shop has that chose none; the API's own. */
export const OURS = { light: "#f1e9c9", dark: "#1b4636" };

/** The contrast of two colours by WCAG 2: from 1 (the same) to 21 (black and white). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** `wished` where text in it can be read on `ground`, else the better of near-black and white: the API's own choice. */
export function inkOn(ground: string, wished: string): string {
  const better = contrast(ground, INK) >= contrast(ground, WHITE) ? INK : WHITE;
  return [wished, better].find((colour) => contrast(ground, colour) >= READABLE) ?? BLACK;
}

/** Whether the shop's two colours can be read on each other. */
export function fit(light: string, dark: string): boolean {
  return contrast(light, dark) >= READABLE;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
