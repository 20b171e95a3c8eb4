import type { Language } from "@sello/ui/words";

const DAYS = {
  es: ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = {
  es: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};
const NEAR = { es: { today: "hoy", yesterday: "ayer" }, en: { today: "today", yesterday: "yesterday" } };

type Moment = string | number | Date;
type Clock = { year: number; month: number; day: number; hour: number; minute: number };

/** `1,234.5`, as Peru writes numbers. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** `S/ 12.50`; the amount in soles. */
export function money(soles: number | string): string {
  return `S/ ${Number(soles).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `46 %`; the share between 0 and 1. */
export function percent(share: number, digits = 0): string {
  return `${number(share * 100, digits)} %`;
}

/** What the clocks of a zone show at a moment. */
export function clockIn(zone: string, moment: Moment): Clock {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(new Date(moment));
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return { year: of("year"), month: of("month"), day: of("day"), hour: of("hour"), minute: of("minute") };
}

/** `lun 23 nov`; with its year where it is another than this one. */
export function day(moment: Moment, zone: string, language: Language, now: Moment = Date.now()): string {
  return dayOf(clockIn(zone, moment), language, clockIn(zone, now).year);
}

/** A day of a calendar (`2026-11-23`) in words. */
export function calendarDay(date: string, language: Language, year = new Date().getFullYear()): string {
  const [y = 0, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  return dayOf({ year: y, month, day: dayOfMonth, hour: 0, minute: 0 }, language, year);
}

function dayOf(clock: Clock, language: Language, year: number): string {
  const weekday = DAYS[language][new Date(Date.UTC(clock.year, clock.month - 1, clock.day)).getUTCDay()] ?? "";
  const words = `${weekday} ${clock.day} ${MONTHS[language][clock.month - 1] ?? ""}`;
  return clock.year === year ? words : `${words} ${clock.year}`;
}

/** `18:05`. */
export function time(moment: Moment, zone: string): string {
  const { hour, minute } = clockIn(zone, moment);
  return `${hour}:${String(minute).padStart(2, "0")}`;
}

/** `hoy, 18:05`, `ayer, 9:12`, `lun 23 nov, 18:05`. */
export function when(moment: Moment, zone: string, language: Language, now: Moment = Date.now()): string {
  return `${nearDay(moment, zone, language, now)}, ${time(moment, zone)}`;
}

/** `hoy`, `ayer`, `lun 23 nov`. */
export function nearDay(moment: Moment, zone: string, language: Language, now: Moment = Date.now()): string {
  const days = dayNumber(clockIn(zone, now)) - dayNumber(clockIn(zone, moment));
  if (days === 0) return NEAR[language].today;
  if (days === 1) return NEAR[language].yesterday;
  return day(moment, zone, language, now);
}

function dayNumber(clock: Clock): number {
  return Date.UTC(clock.year, clock.month - 1, clock.day) / 86_400_000;
}
