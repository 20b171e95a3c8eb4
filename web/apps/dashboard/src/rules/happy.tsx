import { LIMITS } from "@sello/api/limits";
import { IconButton } from "@sello/ui/button";
import { CONTROL } from "@sello/ui/control";
import { cx } from "@sello/ui/cx";
import { X } from "lucide-react";
import { useContext } from "react";

import { useTexts } from "../texts";
import { Blank, CHANGED, idOf, ProblemsContext, Sentence } from "./blank";
import type { DraftHappy, Weekday } from "./draft";
import { texts } from "./texts";

const DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const { min: LEAST, max: MOST } = LIMITS.HappyHour.factor;

type HappyProps = {
  place: number;
  happy: DraftHappy;
  was: DraftHappy | undefined;
  onChange: (changes: Partial<DraftHappy>) => void;
  onRemove: () => void;
};

/** Some hours of some weekdays in which a stamp counts more. */
export function Happy({ place, happy, was, onChange, onRemove }: HappyProps) {
  const t = useTexts(texts).earn;
  const path = (field: string) => `happy_hours.${place}.${field}`;
  const overnight = happy.ends <= happy.starts && happy.ends !== "" && happy.ends !== happy.starts;
  return (
    <Sentence
      about={["weekdays", "starts", "ends", "factor"].map(path)}
      hint={overnight ? t.pastMidnight : undefined}
      aside={
        <IconButton label={t.removeHappy} onClick={onRemove}>
          <X aria-hidden="true" />
        </IconButton>
      }
    >
      <span>{t.days}</span>
      <Weekdays path={path("weekdays")} chosen={happy.weekdays} was={was?.weekdays} onChange={onChange} />
      <span>{t.from}</span>
      <Blank
        path={path("starts")}
        label={t.fromLabel}
        kind="money"
        inputMode="text"
        placeholder="15:00"
        value={happy.starts}
        was={was?.starts}
        onChange={(starts) => onChange({ starts })}
      />
      <span>{t.until}</span>
      <Blank
        path={path("ends")}
        label={t.untilLabel}
        kind="money"
        inputMode="text"
        placeholder="18:00"
        value={happy.ends}
        was={was?.ends}
        onChange={(ends) => onChange({ ends })}
      />
      <span>{t.worth}</span>
      <select
        aria-label={t.factorLabel}
        value={happy.factor}
        onChange={(event) => onChange({ factor: event.target.value })}
        className={cx(CONTROL, "w-auto font-semibold", was?.factor !== happy.factor && CHANGED)}
      >
        {Array.from({ length: MOST - LEAST + 1 }, (_, index) => String(LEAST + index)).map((factor) => (
          <option key={factor} value={factor}>
            {t.factor[factor] ?? factor}
          </option>
        ))}
      </select>
    </Sentence>
  );
}

type WeekdaysProps = {
  path: string;
  chosen: readonly Weekday[];
  was: readonly Weekday[] | undefined;
  onChange: (changes: { weekdays: Weekday[] }) => void;
};

function Weekdays({ path, chosen, was, onChange }: WeekdaysProps) {
  const t = useTexts(texts).earn;
  const wrong = useContext(ProblemsContext)[path];
  const changed = was === undefined || DAYS.some((day) => was.includes(day) !== chosen.includes(day));
  return (
    <fieldset
      aria-describedby={wrong ? idOf(path) : undefined}
      className={cx(
        "flex max-w-full overflow-hidden rounded-s border border-edge bg-surface",
        changed && CHANGED,
        wrong && "border-refuse",
      )}
    >
      <legend className="sr-only">{t.daysLabel}</legend>
      {t.weekdays.map(([short, long], index) => {
        const day = DAYS[index] ?? 1;
        return (
          <label
            key={day}
            className="relative grid min-h-(--ctl) w-9 cursor-pointer place-items-center text-14 font-medium text-muted max-sm:w-10 has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-2 has-focus-visible:-outline-offset-3 has-focus-visible:outline-focus"
          >
            <input
              type="checkbox"
              aria-label={long}
              checked={chosen.includes(day)}
              onChange={(event) =>
                onChange({ weekdays: event.target.checked ? [...chosen, day] : chosen.filter((one) => one !== day) })
              }
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
            <span aria-hidden="true">{short}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
