import { ToggleGroup } from "radix-ui";

import { cx } from "./cx";

export type Segment<Value extends string> = { value: Value; label: string; count?: number | string | undefined };

type SegmentsProps<Value extends string> = {
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Segment<Value>[];
  label: string;
  className?: string;
};

/** Groups of one list, one of them shown; arrows walk through them. */
export function Segments<Value extends string>({ value, onChange, options, label, className }: SegmentsProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
      className={cx("flex gap-5 overflow-x-auto border-b border-line [scrollbar-width:none] max-sm:-mr-4", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="flex shrink-0 items-baseline gap-1.5 border-b-2 border-transparent py-2 font-medium whitespace-nowrap text-muted -outline-offset-2! hover:text-ink max-sm:py-3 data-[state=on]:border-accent data-[state=on]:font-[650] data-[state=on]:text-ink"
        >
          {option.label}
          {option.count === undefined ? null : <span className="text-12 font-medium text-muted">{option.count}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
