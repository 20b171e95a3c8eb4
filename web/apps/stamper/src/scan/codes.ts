/** What a code says, before anybody is asked. Pure. */

/**
 * `card` can be stamped; `key` is the same for every code of one card as far as that can be told, and `issued` (ms) is
 * when a code that changes was made. The others are ours but no card (`poster`, `link`, `till`), or anybody's.
 */
export type ReadCode =
  { is: "card"; code: string; key: string; issued: number | null } | { is: "poster" | "link" | "till" | "foreign" };

/** What somebody typed may also be a code that a campaign gave. */
export type TypedCode = ReadCode | { is: "discount"; code: string };

const STATIC = /^[0-9A-HJKMNP-TV-Z]{20}$/;
const DISCOUNT = /^[0-9A-HJKMNP-TV-Z]{13}$/;
const ROTATING = /^K[0-9A-Za-z_-]{43}$/;
const LIFE = 70_000; // 60 s, and the 10 s of grace the server gives

/** Read what the camera saw. `origin` is where our own addresses lie. */
export function readCode(text: string, origin: string): ReadCode {
  const code = text.trim();
  if (STATIC.test(code)) return { is: "card", code, key: code, issued: null };
  if (ROTATING.test(code)) {
    const { card, issued } = open(code);
    return { is: "card", code, key: card, issued };
  }
  return { is: ofOurs(code, origin) };
}

/** Read what somebody typed: letters that are easily confused are meant, whatever stood between them. */
export function readTyped(text: string): TypedCode {
  const code = text
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  if (DISCOUNT.test(code)) return { is: "discount", code };
  return STATIC.test(code) ? { is: "card", code, key: code, issued: null } : { is: "foreign" };
}

/** The id of the card inside a code that changes; null for one that does not say. */
export function cardIn(code: string): string | null {
  return ROTATING.test(code) ? open(code).card : null;
}

/** Whether a code is too old to be counted, by the server's time as far as this machine knows it. */
export function isOver(issued: number | null, now: Date): boolean {
  return issued !== null && now.getTime() - issued > LIFE;
}

function open(code: string): { card: string; issued: number } {
  const plain = atob(code.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Array.from(plain, (char) => char.charCodeAt(0));
  const hex = bytes.slice(0, 16).map((byte) => byte.toString(16).padStart(2, "0"));
  const part = (from: number, to: number) => hex.slice(from, to).join("");
  const issued = bytes.slice(16, 20).reduce((sum, byte) => sum * 256 + byte, 0) * 1000;
  return { card: [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join("-"), issued };
}

function ofOurs(text: string, origin: string): "poster" | "link" | "till" | "foreign" {
  if (!URL.canParse(text)) return "foreign";
  const address = new URL(text);
  if (address.origin !== origin) return "foreign";
  if (address.pathname.startsWith("/e/")) return "poster";
  if (address.pathname.startsWith("/c/")) return "link";
  return address.pathname === "/stamp" ? "till" : "foreign";
}
