import { Slot } from "radix-ui";
import { useId, type ComponentProps, type ReactNode } from "react";

import { CONTROL, Help, wire, type Wired } from "./control";
import { cx } from "./cx";
import { attributesOf, type Limits } from "./limits";

type Said = { label: ReactNode; hint?: ReactNode; error?: ReactNode };

type FieldProps = Said & {
  children: ReactNode | ((control: Wired) => ReactNode);
  id?: string | undefined;
  className?: string | undefined;
};

/** A control with its name over it and what helps or is wrong under it; the control gets its id and descriptions. */
export function Field({ label, hint, error, children, id, className }: FieldProps) {
  const own = useId();
  const control = wire(id ?? own, hint, error);
  return (
    <div className={cx("grid grid-cols-[minmax(0,1fr)] content-start gap-1", className)}>
      <label htmlFor={control.id} className="font-semibold">
        {label}
      </label>
      {typeof children === "function" ? children(control) : <Slot.Root {...control}>{children}</Slot.Root>}
      <Help id={control.id} hint={hint} error={error} />
    </div>
  );
}

type TextFieldProps = Said &
  ComponentProps<"input"> & {
    before?: ReactNode;
    after?: ReactNode;
    wrap?: string;
    /** What the API takes: `LIMITS.RegistrationBody.name`. `useLimits` says in words what is wrong. */
    limits?: Limits | undefined;
  };

/** One line to write. `before` and `after` stand inside its frame: a currency, a unit, a button. `className` is the input's. */
export function TextField(props: TextFieldProps) {
  const { label, hint, error, before, after, wrap, className, id, limits, ...others } = props;
  const rest = { ...attributesOf(limits, { numeric: others.type === "number" }), ...others };
  return (
    <Field label={label} hint={hint} error={error} id={id} className={wrap}>
      {(control) =>
        before || after ? (
          <span
            className={cx(
              CONTROL,
              "flex items-center gap-1 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
              error ? "border-refuse" : "",
            )}
          >
            {before ? <span className="text-muted">{before}</span> : null}
            <input
              {...rest}
              {...control}
              className={cx("min-w-0 flex-1 self-stretch bg-transparent focus-visible:outline-none", className)}
            />
            {after ? <span className="text-muted">{after}</span> : null}
          </span>
        ) : (
          <input {...rest} {...control} className={cx(CONTROL, className)} />
        )
      }
    </Field>
  );
}

type TextAreaProps = Said & ComponentProps<"textarea"> & { wrap?: string; limits?: Limits | undefined };

/** Several lines to write. */
export function TextArea(props: TextAreaProps) {
  const { label, hint, error, wrap, className, id, rows = 3, limits, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} id={id} className={wrap}>
      {(control) => (
        <textarea
          maxLength={limits?.max}
          {...rest}
          {...control}
          rows={rows}
          className={cx(CONTROL, "resize-y py-2 leading-5", className)}
        />
      )}
    </Field>
  );
}

export type Option = { value: string; label: string; disabled?: boolean };
type SelectFieldProps = Said &
  Omit<ComponentProps<"select">, "onChange" | "value" | "children"> & {
    options: readonly Option[];
    value: string;
    onChange: (value: string) => void;
    wrap?: string;
  };

/** One of several, with the system's own list: the best there is on a phone and by keyboard. */
export function SelectField({
  label,
  hint,
  error,
  options,
  value,
  onChange,
  wrap,
  className,
  id,
  ...rest
}: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} id={id} className={wrap}>
      {(control) => (
        <select
          {...rest}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={cx(CONTROL, className)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export { CheckField, SwitchField } from "./choice";
export { SearchField } from "./search";
