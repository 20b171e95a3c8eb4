import { useId, type ComponentProps, type ReactNode } from "react";

import { Help } from "./control";
import { cx } from "./cx";

type ChoiceProps = Omit<ComponentProps<"input">, "onChange" | "type" | "children"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** A yes that is ticked; its words are part of the target. */
export function CheckField(props: ChoiceProps) {
  return <Choice {...props} look="mt-0.5 size-4 accent-accent max-sm:mt-0 max-sm:size-5" />;
}

/** Something that is on or off from now on. */
export function SwitchField(props: ChoiceProps) {
  return (
    <Choice
      {...props}
      role="switch"
      look={
        "relative h-5 w-9 appearance-none rounded-[12px] bg-edge transition-colors max-sm:h-6 max-sm:w-11 " +
        "before:absolute before:inset-y-0.5 before:left-0.5 before:aspect-square before:rounded-[50%] before:bg-surface " +
        "before:transition-transform checked:bg-ok checked:before:translate-x-4 max-sm:checked:before:translate-x-5 " +
        "focus-visible:rounded-[12px] disabled:opacity-50"
      }
    />
  );
}

function Choice({ label, hint, error, checked, onChange, look, className, ...rest }: ChoiceProps & { look: string }) {
  const id = useId();
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className={cx("grid gap-1", className)}>
      <label className="flex min-h-(--ctl) items-center gap-3 has-disabled:text-muted">
        <input
          {...rest}
          type="checkbox"
          checked={checked}
          aria-describedby={described || undefined}
          aria-invalid={error ? true : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className={cx("shrink-0", look)}
        />
        <span>{label}</span>
      </label>
      <Help id={id} hint={hint} error={error} />
    </div>
  );
}
