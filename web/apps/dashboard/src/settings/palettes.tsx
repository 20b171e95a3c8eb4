import { cx } from "@sello/ui/cx";

import { useTexts } from "../texts";
import { texts } from "./texts";

type Pair = { light: string; dark: string };

/** Pairs that can be read on each other; the first is ours. */
const PAIRS: readonly Pair[] = [
  { light: "#f1e9c9", dark: "#1b4636" },
  { light: "#f3e3c3", dark: "#23324f" },
  { light: "#fbe4dc", dark: "#7a1f2b" },
  { light: "#fdebc8", dark: "#5a3217" },
  { light: "#e4eef0", dark: "#134752" },
  { light: "#efe6f5", dark: "#43245c" },
  { light: "#f4f1ea", dark: "#22211f" },
];

/** Combinations to take with one tap. */
export function Palettes({ light, dark, onChoose }: Pair & { onChoose: (pair: Pair) => void }) {
  const t = useTexts(texts).look;
  return (
    <div role="group" aria-label={t.palettes} className="flex flex-wrap gap-2">
      {PAIRS.map((pair) => {
        const chosen = pair.light === light && pair.dark === dark;
        return (
          <button
            key={pair.dark}
            type="button"
            aria-pressed={chosen}
            aria-label={`${pair.dark}, ${pair.light}`}
            onClick={() => onChoose(pair)}
            className={cx(
              "grid size-11 overflow-hidden rounded-[50%] border-2 border-transparent bg-clip-padding p-0.5 focus-visible:rounded-[50%]",
              chosen && "border-ink",
            )}
          >
            <span
              className="block size-full rounded-[50%] border border-edge"
              style={{ backgroundImage: `linear-gradient(135deg, ${pair.dark} 50%, ${pair.light} 50%)` }}
            />
          </button>
        );
      })}
    </div>
  );
}
