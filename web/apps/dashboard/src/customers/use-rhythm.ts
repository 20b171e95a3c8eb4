import { number } from "../format";
import { useTexts } from "../texts";
import type { Entry } from "./use-directory";
import { texts } from "./words/list";

/** How often somebody comes, in words. */
export function useRhythm(): (entry: Pick<Entry, "visits" | "days_between_visits">) => string {
  const { rhythm } = useTexts(texts);
  return ({ visits, days_between_visits: days }) => {
    if (visits === 0) return rhythm.none;
    if (visits === 1 || days === null) return rhythm.first;
    return days < 1.5 ? rhythm.daily : rhythm.days(number(days, days < 10 ? 1 : 0));
  };
}
