import { CONTROL } from "@sello/ui/control";
import { cx } from "@sello/ui/cx";
import { createContext, type ComponentProps, type ReactNode, useContext, useId } from "react";

import type { Problems } from "./problems";

/** What is wrong with the draft, for every blank. */
export const ProblemsContext = createContext<Problems>({});

type SentenceProps = {
  children: ReactNode;
  /** Paths of the blanks in it: what is wrong with them stands under the sentence. */
  about?: readonly string[];
  hint?: ReactNode;
  /** What stands at its right: a switch, a button. */
  aside?: ReactNode;
};

/** One rule as a sentence, with blanks to fill in. */
export function Sentence({ children, about = [], hint, aside }: SentenceProps) {
  const problems = useContext(ProblemsContext);
  return (
    <div className="grid min-h-15 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-t border-line py-3 first:border-t-0 first:pt-1">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-16">{children}</div>
      {aside}
      {about.map((path) =>
        problems[path] ? (
          <p key={path} id={idOf(path)} className="col-span-full text-12 text-refuse">
            {problems[path]}
          </p>
        ) : null,
      )}
      {hint ? <p className="col-span-full text-12 text-muted">{hint}</p> : null}
    </div>
  );
}

type BlankProps = Omit<ComponentProps<"input">, "onChange" | "value"> & {
  path: string;
  label: string;
  value: string;
  was: string | undefined;
  onChange: (text: string) => void;
  size?: number;
  kind?: "number" | "money" | "text";
};

const WIDTHS = {
  number: "w-18 text-center",
  money: "w-24 text-center",
  text: "w-full min-w-0 flex-[1_1_11rem] sm:max-w-80",
};

/** A blank in a sentence; it is marked until its change is saved. */
export function Blank({ path, label, value, was, onChange, kind = "number", className, ...rest }: BlankProps) {
  const wrong = useContext(ProblemsContext)[path];
  return (
    <input
      {...rest}
      aria-label={label}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={wrong ? idOf(path) : undefined}
      inputMode={kind === "number" ? "numeric" : kind === "money" ? "decimal" : undefined}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cx(CONTROL, "font-semibold", WIDTHS[kind], was !== value && CHANGED, className)}
    />
  );
}

/** How a blank looks whose change is not saved yet. */
export const CHANGED = "border-accent shadow-[inset_0_0_0_1px_var(--accent)]";

/** The id of the words about what is wrong with a blank. */
export function idOf(path: string): string {
  return `wrong-${path.replaceAll(".", "-")}`;
}

type SwitchProps = { label: string; checked: boolean; was: boolean | undefined; onChange: (on: boolean) => void };

/** Whether a sentence counts, at the right of it. */
export function Switch({ label, checked, was, onChange }: SwitchProps) {
  const id = useId();
  return (
    <label htmlFor={id} className="grid min-h-(--ctl) min-w-11 place-items-center justify-self-end">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-label={label}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className={cx(
          "relative h-5 w-9 appearance-none rounded-[12px] bg-edge transition-colors max-sm:h-6 max-sm:w-11",
          "before:absolute before:inset-y-0.5 before:left-0.5 before:aspect-square before:rounded-[50%] before:bg-surface",
          "before:transition-transform checked:bg-ok checked:before:translate-x-4 max-sm:checked:before:translate-x-5",
          "focus-visible:rounded-[12px]",
          was !== checked && "shadow-[0_0_0_2px_var(--paper),0_0_0_3.5px_var(--accent)]",
        )}
      />
    </label>
  );
}
