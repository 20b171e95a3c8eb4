import { LIMITS } from "@sello/api/limits";

import { refusalOf } from "../api";
import type { Words } from "./texts";

type Wrong = Record<string, string>;

/** Refusals that are about one field, though the API names none. */
const ABOUT: Record<string, string> = { slug_taken: "slug", zone_fixed: "zone", credentials_wrong: "password" };

/** What the API objects to, under the field it is about; "" holds what is about none. */
export function wrongOf(error: unknown, t: Words["wrong"]): Wrong {
  const refusal = refusalOf(error);
  if (!refusal) return {};
  const about = ABOUT[refusal.code];
  if (about) return { [about]: refusal.message };
  const fields = Object.entries(refusal.fields);
  if (fields.length === 0) return { "": refusal.message };
  return Object.fromEntries(fields.map(([path, problem]) => [path, inWords(path, problem, t)]));
}

function inWords(path: string, problem: string, t: Words["wrong"]): string {
  const { min, max } = LIMITS.ProfileChange.inactivity_threshold_days;
  if (path === "inactivity_threshold_days") return t.inactivity_threshold_days(min, max);
  if (problem.includes("at most")) return t.tooLong;
  return path in t ? String(t[path as keyof Words["wrong"]]) : problem;
}
