import { Search, X } from "lucide-react";
import type { ComponentProps } from "react";

import { CONTROL } from "./control";
import { cx } from "./cx";
import { useWords } from "./words";

type SearchFieldProps = Omit<ComponentProps<"input">, "onChange" | "value"> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
};

/** Search as one types; its name is for whoever does not see the glass. */
export function SearchField({ label, value, onChange, className, ...rest }: SearchFieldProps) {
  const words = useWords();
  return (
    <span className={cx("relative block", className)}>
      <Search className="pointer-events-none absolute inset-y-0 left-2 my-auto size-5 text-muted" aria-hidden="true" />
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        type="search"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={cx(CONTROL, "px-9 max-sm:px-10 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={words.clear}
          onClick={() => onChange("")}
          className="absolute inset-y-0 right-0 grid w-(--ctl) place-items-center text-muted hover:text-ink"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
