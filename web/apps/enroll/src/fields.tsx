import type { ReactNode } from "react";
import type { Field, Problems, Written } from "./form";
import { texts } from "./texts";

const t = texts.enrol;

/** What ties a field to the help that stands under it while something is wrong. */
export function described(field: Field, problems: Problems) {
  return problems[field] ? { "aria-invalid": true, "aria-describedby": `${field}-help` } : {};
}

/** A field with its label, and what is wrong with it. */
export function Input({
  field,
  label,
  problem,
  prefix,
  children,
}: {
  field: Field;
  label: string;
  problem: string | undefined;
  prefix?: string;
  children: ReactNode;
}) {
  return (
    <div className={problem ? "field bad" : "field"}>
      <label htmlFor={field}>{label}</label>
      <div className="box">
        {prefix && <span aria-hidden="true">{prefix}</span>}
        {children}
      </div>
      {problem && (
        <p className="help" id={`${field}-help`}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** Day and month, or neither. */
export function BirthdayField({
  written,
  problem,
  onChange,
}: {
  written: Written;
  problem: string | undefined;
  onChange: (part: Partial<Written>) => void;
}) {
  const help = described("birthday", problem ? { birthday: problem } : {});
  return (
    <fieldset className={problem ? "field bad" : "field"}>
      <legend>
        {t.birthday} <small>{t.optional}</small>
      </legend>
      <div className="pair">
        <div className="box">
          <input
            className="num"
            data-field="birthday"
            inputMode="numeric"
            maxLength={2}
            aria-label={t.day}
            placeholder={t.day}
            value={written.day}
            onInput={(event) => onChange({ day: event.currentTarget.value.replace(/\D/g, "") })}
            {...help}
          />
        </div>
        <div className="box">
          <select
            aria-label={t.month}
            value={written.month}
            onChange={(event) => onChange({ month: event.currentTarget.value })}
            {...help}
          >
            <option value="">{t.month}</option>
            {t.months.map((month, index) => (
              <option key={month} value={index + 1}>
                {month}
              </option>
            ))}
          </select>
        </div>
      </div>
      {problem && (
        <p className="help" id="birthday-help">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
