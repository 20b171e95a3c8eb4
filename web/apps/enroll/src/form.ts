/** What a person may write into the form, and what is sent of it. Pure. */
import type { Texts } from "./texts";

export type Written = { name: string; phone: string; day: string; month: string; marketing: boolean };
export type Field = "name" | "phone" | "birthday";
export type Problems = Partial<Record<Field, string>>;

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The nine digits of a Peruvian mobile out of whatever was typed or filled in: `+51`, `0051`, spaces, dashes. */
export function digitsOf(phone: string): string {
  const digits = phone.replace(/\D/g, "").replace(/^0051/, "51");
  return digits.length > 9 && digits.startsWith("51") ? digits.slice(2) : digits;
}

/** Digits in the groups people read them in: `987 654 321`. */
export function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, "$1 ");
}

/** What is wrong with what was written, beside its field; empty when it can be sent. */
export function problemsOf(written: Written, texts: Texts["enrol"]): Problems {
  const problems: Problems = {};
  const digits = digitsOf(written.phone);
  if (!written.name.trim()) problems.name = texts.nameMissing;
  if (!digits) problems.phone = texts.phoneEmpty;
  else if (!digits.startsWith("9")) problems.phone = texts.phoneStart;
  else if (digits.length < 9) problems.phone = texts.phoneShort(9 - digits.length);
  else if (digits.length > 9) problems.phone = texts.phoneLong;
  const day = Number(written.day);
  const month = Number(written.month);
  if (Boolean(written.day) !== Boolean(written.month)) problems.birthday = texts.birthdayHalf;
  else if (written.day && !(Number.isInteger(day) && day >= 1 && day <= (LONGEST[month - 1] ?? 0)))
    problems.birthday = texts.birthdayNever;
  return problems;
}

/** The body of `POST /enrollments`. */
export function enrolmentOf(
  written: Written,
  about: { slug: string; textVersion: string; posterId: string | null; language: "es" | "en" },
) {
  return {
    slug: about.slug,
    name: written.name.trim(),
    phone: `+51${digitsOf(written.phone)}`,
    birthday: written.day ? { day: Number(written.day), month: Number(written.month) } : null,
    marketing: written.marketing,
    text_version: about.textVersion,
    poster_id: about.posterId,
    language: about.language,
  };
}
