/** How the screens ask the API: typed by its own description; an answer is a body, a `Refusal` or `NoAnswer`. */
import type { paths } from "@sello/api";
import createClient from "openapi-fetch";
import { NoAnswer, Refusal } from "./contracts";

const PATIENCE = 15_000;

export const api = createClient<paths>({
  baseUrl: location.origin,
  cache: "no-store",
  headers: { "Accept-Language": document.documentElement.lang },
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE) }),
});

type Told = { code?: string; message?: string; details?: Record<string, unknown> };

type Hearer = (code: string) => void;
let hearer: Hearer = () => undefined;

/** Be told whenever an answer says that whoever asks no longer may. */
export function hearRefusals(hear: Hearer): void {
  hearer = hear;
}

/** The body of an answer; throws `Refusal`, or `NoAnswer` when none came or the server is away. */
export async function said<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await asked;
  } catch {
    throw new NoAnswer();
  }
  const { data, error, response } = answer;
  if (response.ok) return data as T;
  const told = (typeof error === "object" ? error : null) as Told | null;
  const after = Number(response.headers.get("Retry-After")) || null;
  if (!told?.code || response.status === 503) throw new NoAnswer(after);
  if (response.status === 401) hearer(told.code);
  throw new Refusal(told.code, told.message ?? told.code, response.status, told.details ?? {}, after);
}

/** The header of an access token. */
export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
