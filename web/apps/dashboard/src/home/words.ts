import type { Body } from "@sello/api";
import type { Language } from "@sello/ui/words";

type Hours = Pick<Body<"HoursAnswer">, "today" | "visits" | "weeks" | "usual_by_now" | "hours">;

const DAYS = {
  es: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};

/** The weekday of a calendar day, in full. */
export function weekday(date: string, language: Language): string {
  return DAYS[language][new Date(`${date}T00:00:00Z`).getUTCDay()] ?? "";
}

/** How today is, in one sentence: against the usual weekday where there is one. */
export function dayInWords(day: Hours, language: Language): string {
  const es = language === "es";
  const name = weekday(day.today, language);
  if (day.visits === 0) {
    const first = day.hours.find((hour) => (hour.usual ?? 0) >= 0.5)?.hour;
    const none = es ? "Aún no hay visitas hoy" : "No visits yet today";
    if (first === undefined || day.usual_by_now !== 0) return none;
    return es ? `${none}. Un ${name} normal empieza a las ${first}` : `${none}. A usual ${name} begins at ${first}`;
  }
  const said = es
    ? `Hoy ${day.visits === 1 ? "va 1 visita" : `van ${day.visits} visitas`}`
    : `${day.visits} ${day.visits === 1 ? "visit" : "visits"} so far today`;
  if (day.usual_by_now === null) return said;
  const more = day.visits - Math.round(day.usual_by_now);
  if (more === 0) {
    return es ? `${said}, como un ${name} normal a esta hora` : `${said}, as on a usual ${name} at this hour`;
  }
  const size = Math.abs(more);
  if (es) return `${said}, ${size} ${more > 0 ? "más" : "menos"} que un ${name} normal a esta hora`;
  return `${said}, ${size} ${more > 0 ? "more" : "fewer"} than on a usual ${name} at this hour`;
}

/** By how much a number differs from 30 days before, in words; null where there is nothing to compare with. */
export function changeInWords(change: number | null, language: Language, unit: "points" | "count"): string | null {
  if (change === null) return null;
  const size = Math.round(Math.abs(unit === "points" ? change * 100 : change));
  const es = language === "es";
  if (size === 0) return es ? "igual que hace 30 días" : "the same as 30 days ago";
  const points =
    unit === "points" ? (es ? (size === 1 ? " punto" : " puntos") : size === 1 ? " point" : " points") : "";
  if (es) return `${size}${points} ${change > 0 ? "más" : "menos"} que hace 30 días`;
  return `${size}${points} ${change > 0 ? "more" : "fewer"} than 30 days ago`;
}
