import { useTexts } from "../texts";
import { texts } from "./words";

/** Why a message did not go out or arrive, in plain words; a word that is not known yet is shown as it is. */
export function useWhy() {
  const t = useTexts(texts);
  const known = (words: Readonly<Record<string, string>>, key: string) => words[key] ?? key;
  const error = (code: number) => t.errors[code] ?? t.errorOther(code);
  return {
    reason: (reason: string) => known(t.reasons, reason),
    released: (why: string, code?: number | null) =>
      why === "refused" && code ? `${t.released.refused}: ${error(code)}` : known(t.released, why),
    error,
    state: (state: string) => known(t.states, state),
  };
}
