/** The page's language, as the server wrote it into the document: Spanish unless it says English. */
export const english = document.documentElement.lang.startsWith("en");

const LOCALE = english ? "en-GB" : "es-PE";

/** The texts of a folder in the page's language. */
export function textsOf<T>(texts: { es: T; en: T }): T {
  return english ? texts.en : texts.es;
}

/** `18:05`, in the shop's zone. */
export function clockTime(moment: Date | string, zone?: string): string {
  return new Intl.DateTimeFormat(LOCALE, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...(zone ? { timeZone: zone } : {}),
  }).format(new Date(moment));
}

/** `lun 23 nov`, in the shop's zone. */
export function dayOf(moment: Date | string, zone?: string): string {
  return new Intl.DateTimeFormat(LOCALE, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(zone ? { timeZone: zone } : {}),
  })
    .format(new Date(moment))
    .replaceAll(/[.,]/g, "");
}

/** `S/ 12.50` of céntimos. */
export function soles(centimos: number): string {
  const whole = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 }).format(centimos / 100);
  return `S/ ${whole}`;
}
