import { cx } from "@sello/ui/cx";
import { useId } from "react";

import { useTexts } from "../texts";
import { DesignPicture } from "./design-picture";
import { DESIGNS, type Design, type Paper } from "./designs";
import { texts } from "./texts";

type DesignFieldProps = {
  value: Design;
  paper: Paper;
  state: string;
  busy: boolean;
  onChange: (design: Design) => void;
};

/** What the poster looks like: one of the drawings, each shown with the shop's own words and colours. */
export function DesignField({ value, paper, state, busy, onChange }: DesignFieldProps) {
  const t = useTexts(texts);
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">{t.design}</legend>
      <div className="grid grid-cols-2 gap-3">
        {DESIGNS.map((design) => (
          <label
            key={design}
            className={cx(
              "relative grid cursor-pointer content-start gap-1.5 rounded-m border-2 border-line p-2",
              "hover:border-edge has-checked:border-ink",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
            )}
          >
            <input
              type="radio"
              name={name}
              value={design}
              aria-describedby={`${name}-${design}`}
              aria-label={t.designs[design].name}
              checked={value === design}
              aria-disabled={busy}
              onChange={() => (busy ? undefined : onChange(design))}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
            <DesignPicture design={design} paper={paper} state={state} alt="" className="shadow-none" />
            <span aria-hidden="true" className="text-14 font-semibold">
              {t.designs[design].name}
            </span>
            <span id={`${name}-${design}`} className="text-12 text-muted">
              {t.designs[design].text}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
