import type { Language } from "@sello/ui/words";
import { useSyncExternalStore } from "react";

import { currentLanguage, onLanguage } from "./language";

export { chooseLanguage } from "./language";

/** The sentences of a feature: one type, two languages. */
export type Texts<T> = { es: T; en: T };

/** The language of the pages, also when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}

/** A feature's sentences in the language of the pages. */
export function useTexts<T>(texts: Texts<T>): T {
  return texts[useLanguage()];
}
