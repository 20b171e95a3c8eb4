import { chooseLanguage, useLanguage, useTexts } from "../texts";
import { texts } from "./texts";

/** Spanish or English, on this device. */
export function LanguageChoice() {
  const t = useTexts(texts).door;
  const language = useLanguage();
  const names = { es: t.spanish, en: t.english };
  return (
    <div role="group" aria-label={t.language} className="flex gap-1">
      {(["es", "en"] as const).map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={language === each}
          onClick={() => chooseLanguage(each)}
          className="min-h-8 rounded-s px-2 text-12 text-muted hover:text-ink max-sm:min-h-11 aria-pressed:font-semibold aria-pressed:text-ink"
        >
          {names[each]}
        </button>
      ))}
    </div>
  );
}
