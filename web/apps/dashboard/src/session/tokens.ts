import { currentLanguage } from "../language";
import { Refusal, refusalFrom } from "../refusal";

type Held = { token: string; until: number };

const SPARE = 30_000; // ms before its end at which a token is renewed
const REFRESH = "/api/v1/auth/refresh";

let held: Held | null = null;
let renewal: Promise<string | null> | null = null;
type Ended = (why: Refusal) => void;
const listeners = new Set<Ended>();

/** Keep the access token of somebody who has just signed in. It is never written down; a reload asks for a new one. */
export function keepToken(token: string, seconds: number): void {
  held = { token, until: Date.now() + seconds * 1000 };
}

/** Forget the token. */
export function dropToken(): void {
  held = null;
}

/** Be told when the session has ended by itself: dismissed, signed out elsewhere, a week without a visit. */
export function onEnded(listener: Ended): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A token that holds for a while, or null when nobody is signed in. */
export async function freshToken(): Promise<string | null> {
  if (held && held.until - SPARE > Date.now()) return held.token;
  return renewToken();
}

/** Ask for the next token: once, however many requests wait for it, and one tab after the other. */
export function renewToken(): Promise<string | null> {
  renewal ??= inTurn(ask).finally(() => {
    renewal = null;
  });
  return renewal;
}

async function inTurn(work: () => Promise<string | null>): Promise<string | null> {
  if (!("locks" in navigator)) return work();
  return navigator.locks.request("sello.refresh", work);
}

async function ask(): Promise<string | null> {
  let response: Response;
  try {
    response = await fetch(REFRESH, { method: "POST", headers: { "accept-language": currentLanguage() } });
  } catch {
    throw new Refusal({ code: "no_signal", message: "", status: 0 });
  }
  if (response.ok) {
    const body = (await response.json()) as { access_token: string; expires_in: number };
    keepToken(body.access_token, body.expires_in);
    return body.access_token;
  }
  const refusal = await refusalFrom(response);
  if (response.status >= 500 || response.status === 429) throw refusal; // the session may well be open
  const was = held !== null;
  held = null;
  if (was) for (const listener of listeners) listener(refusal);
  return null;
}
