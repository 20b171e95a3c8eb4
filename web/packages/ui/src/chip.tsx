import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

import { cx } from "./cx";
import { useWords } from "./words";

type ChipProps = Omit<ComponentProps<"button">, "children"> & {
  on?: boolean | undefined;
  onRemove?: (() => void) | undefined;
  children: ReactNode;
  /** What is removed, for whoever hears it, where `children` is not plain text. */
  label?: string | undefined;
};

/** A filter: on or off by a tap, or set and removable. */
export function Chip({ on, onRemove, children, label, className, ...rest }: ChipProps) {
  const words = useWords();
  const look = cx(
    "inline-flex min-h-8 shrink-0 items-center gap-2 rounded-[20px] border px-3 whitespace-nowrap max-sm:min-h-11",
    on || onRemove ? "border-ink bg-sunken font-semibold" : "border-edge bg-surface hover:bg-sunken",
    className,
  );
  if (!onRemove) {
    return (
      <button type="button" aria-pressed={on} {...rest} className={cx(look, "focus-visible:rounded-[20px]")}>
        {children}
      </button>
    );
  }
  return (
    <span className={cx(look, "pr-1")}>
      {children}
      <button
        type="button"
        aria-label={words.remove(label ?? (typeof children === "string" ? children : ""))}
        onClick={onRemove}
        className="grid size-7 place-items-center rounded-[50%] text-muted hover:bg-hover hover:text-ink max-sm:size-10"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    </span>
  );
}
