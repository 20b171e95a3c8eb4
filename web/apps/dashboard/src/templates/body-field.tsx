import { TextArea } from "@sello/ui/field";
import { useRef } from "react";

import { useTexts } from "../texts";
import { texts } from "./texts";

const VARIABLES = ["name", "discount_code", "stamps", "missing", "reward", "business"] as const;

type BodyFieldProps = {
  body: string;
  onChange: (body: string) => void;
  letters: string | undefined;
  problems: readonly string[];
};

/** The message, and the words that change for each person: a tap puts one where the cursor stands. */
export function BodyField({ body, onChange, letters, problems }: BodyFieldProps) {
  const t = useTexts(texts);
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (variable: string) => {
    const [from, to] = [area.current?.selectionStart ?? body.length, area.current?.selectionEnd ?? body.length];
    const word = `{{${variable}}}`;
    onChange(body.slice(0, from) + word + body.slice(to));
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(from + word.length, from + word.length);
    });
  };
  return (
    <div className="grid gap-2">
      <TextArea
        ref={area}
        label={t.body}
        rows={6}
        maxLength={1000}
        value={body}
        onChange={(event) => onChange(event.target.value)}
        hint={letters ?? t.bodyHint}
        error={problems.length > 0 ? problems.join(" ") : undefined}
      />
      <div role="group" aria-label={t.variables} className="flex flex-wrap gap-2">
        {VARIABLES.map((variable) => (
          <button
            key={variable}
            type="button"
            onClick={() => insert(variable)}
            className="min-h-8 rounded-[16px] border border-edge bg-surface px-3 text-12 hover:bg-sunken max-sm:min-h-11"
          >
            {t.variableNames[variable]}
          </button>
        ))}
      </div>
    </div>
  );
}
