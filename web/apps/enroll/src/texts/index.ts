import { en } from "./en";
import { es, type Texts } from "./es";

export type { Texts } from "./es";

/** The page's language, as the server wrote it into the document. */
export const language: "es" | "en" = document.documentElement.lang.startsWith("en") ? "en" : "es";

/** The sentences of this page. */
export const texts: Texts = language === "en" ? en : es;

const DAY = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "es-PE", {
  weekday: "short",
  day: "numeric",
  month: "short",
});

/** A day of the shop's calendar (`2026-11-23`) in words: `lun 23 nov`. */
export function dayInWords(day: string): string {
  return DAY.format(new Date(`${day}T12:00:00`))
    .replaceAll(".", "")
    .replace(",", "");
}
