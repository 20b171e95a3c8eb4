/** How this app asks the API. */
import { NoAnswer, Refusal } from "../contracts";
import type { Clock } from "./clock";

export type Wish = {
  body?: unknown;
  token?: string;
  /** The entity tag of what is known already. */
  known?: string | null;
  /** ms until there is no answer. */
  patience?: number;
};

/** `body` is null when what is known still holds, or when there is nothing to say. */
export type Answer<T> = { body: T | null; tag: string | null };

/** The answer, else `Refusal` or `NoAnswer`. */
export type Ask = <T>(method: string, path: string, wish?: Wish) => Promise<Answer<T>>;

/** Called after every try: whether the server was there. */
export type Heard = (there: boolean) => void;

/** Asks, learns the time from every answer, and tells whether there was one. */
export function makeAsk(clock: Clock, heard: Heard): Ask {
  return async <T>(method: string, path: string, wish: Wish = {}) => {
    const sent = Date.now();
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers: headersOf(wish),
        ...(wish.body === undefined ? {} : { body: JSON.stringify(wish.body) }),
        cache: "no-store",
        signal: AbortSignal.timeout(wish.patience ?? 20_000),
      });
    } catch {
      heard(false);
      throw new NoAnswer();
    }
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isFinite(date)) clock.heard(new Date(date), sent, Date.now());
    const away = response.status === 502 || response.status === 504; // a proxy, alone
    heard(!away);
    if (response.ok || response.status === 304) return await taken<T>(response);
    throw await refusalOf(response);
  };
}

function headersOf(wish: Wish): Record<string, string> {
  return {
    Accept: "application/json",
    "Accept-Language": document.documentElement.lang,
    ...(wish.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(wish.token ? { Authorization: `Bearer ${wish.token}` } : {}),
    ...(wish.known ? { "If-None-Match": wish.known } : {}),
  };
}

async function taken<T>(response: Response): Promise<Answer<T>> {
  const tag = response.headers.get("etag");
  if (response.status === 204 || response.status === 304) return { body: null, tag };
  try {
    return { body: (await response.json()) as T, tag };
  } catch {
    throw new NoAnswer(); // it broke off on the way, or a network's own page came instead
  }
}

async function refusalOf(response: Response): Promise<Refusal | NoAnswer> {
  const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  const after = Number.isFinite(seconds) ? seconds : null;
  const told = (await response.json().catch(() => null)) as {
    code?: string;
    message?: string;
    details?: Record<string, unknown>;
  } | null;
  if (!told?.code || response.status >= 500) return new NoAnswer(after);
  return new Refusal(told.code, told.message ?? told.code, response.status, told.details ?? {}, after);
}
