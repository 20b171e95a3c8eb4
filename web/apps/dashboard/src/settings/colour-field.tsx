import { TextField } from "@sello/ui/field";

import { COLOUR } from "../card/colours";

type ColourFieldProps = {
  label: string;
  /** What the picker is called. */
  pick: string;
  value: string;
  error?: string | undefined;
  onChange: (colour: string) => void;
};

/** A colour: picked with the system's own picker, or written. */
export function ColourField({ label, pick, value, error, onChange }: ColourFieldProps) {
  return (
    <TextField
      label={label}
      wrap="grid-cols-[minmax(0,1fr)]"
      error={error}
      value={value}
      maxLength={7}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value.trim().toLowerCase())}
      before={
        <input
          type="color"
          aria-label={pick}
          value={COLOUR.test(value) ? value : "#000000"}
          onChange={(event) => onChange(event.target.value)}
          className="-ml-1 block size-7 cursor-pointer rounded-xs border border-edge bg-transparent p-0 max-sm:size-9 [&::-webkit-color-swatch]:border-0 [&::-webkit-color-swatch-wrapper]:p-0"
        />
      }
    />
  );
}
