import type { Body } from "@sello/api";

export type TypedBirthday = { day: string; month: string };
type Birthday = Body<"Birthday">;

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The nine digits of a Peruvian mobile in what was typed, if they are all there. */
export function digitsOf(phone: string): string {
  return phone.replace(/\D/g, "").replace(/^(00)?51(?=9\d{8}$)/, "");
}

/** What is wrong with a mobile: too short, too long, not one of a mobile; null when it is one. */
export function problemOfPhone(phone: string): "few" | "many" | "start" | null {
  const digits = digitsOf(phone);
  if (digits !== "" && !digits.startsWith("9")) return "start";
  return digits.length === 9 ? null : digits.length < 9 ? "few" : "many";
}

/** A day and a month, null where neither was given, "wrong" for a day that no year has or half of one. */
export function birthdayOf({ day, month }: TypedBirthday): Birthday | null | "wrong" {
  if (day.trim() === "" && month === "") return null;
  const [d, m] = [Number(day), Number(month)];
  const longest = LONGEST[m - 1];
  if (!Number.isInteger(d) || longest === undefined || d < 1 || d > longest) return "wrong";
  return { day: d, month: m };
}

/** `987 654 321`, as people read it aloud. */
export function spoken(phone: string): string {
  return phone.replace(/^\+51/, "").replace(/(\d{3})(?=\d)/g, "$1 ");
}
