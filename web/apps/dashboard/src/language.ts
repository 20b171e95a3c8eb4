import type { Language } from "@sello/ui/words";

const KEY = "sello.language";
const listeners = new Set<() => void>();
let language: Language = first();
document.documentElement.lang = tag(language);

function first(): Language {
  const kept = keptWish();
  if (kept) return kept;
  return document.documentElement.lang.startsWith("en") ? "en" : "es";
}

function keptWish(): Language | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "es" || kept === "en" ? kept : null;
  } catch {
    return null; // a browser that keeps nothing shows what its settings ask for
  }
}

function tag(of: Language): string {
  return of === "en" ? "en" : "es-PE";
}

/** The language of the pages: what was chosen here, else what the browser asked the server for. */
export function currentLanguage(): Language {
  return language;
}

/** Choose a language on this device. */
export function chooseLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = tag(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // it holds until the page is closed
  }
  for (const listener of listeners) listener();
}

/** Be told of another choice. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
