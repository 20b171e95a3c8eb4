import { CONTROL, Help } from "@sello/ui/control";
import { cx } from "@sello/ui/cx";
import { useId } from "react";

import { useTexts } from "../texts";
import type { TypedBirthday } from "./person-form";
import { texts } from "./words/person";

type BirthdayFieldProps = {
  value: TypedBirthday;
  onChange: (value: TypedBirthday) => void;
  error?: string | undefined;
};

/** Day and month; the year is nobody's business. */
export function BirthdayField({ value, onChange, error }: BirthdayFieldProps) {
  const t = useTexts(texts);
  const id = useId();
  const said = { "aria-describedby": `${id}-hint`, "aria-invalid": error ? (true as const) : undefined };
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-semibold">{t.birthday}</legend>
      <div className="grid grid-cols-[5rem_minmax(0,1fr)] gap-2">
        <input
          {...said}
          aria-label={t.day}
          placeholder={t.day}
          inputMode="numeric"
          maxLength={2}
          autoComplete="off"
          value={value.day}
          onChange={(event) => onChange({ ...value, day: event.target.value })}
          className={CONTROL}
        />
        <select
          {...said}
          aria-label={t.month}
          value={value.month}
          onChange={(event) => onChange({ ...value, month: event.target.value })}
          className={cx(CONTROL)}
        >
          <option value="">{t.month}</option>
          {t.months.map((month, index) => (
            <option key={month} value={String(index + 1)}>
              {month}
            </option>
          ))}
        </select>
      </div>
      <Help id={id} hint={t.birthdayHint} error={error} />
    </fieldset>
  );
}
