import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";

import { Button } from "./button";
import { CONTROL } from "./control";
import { cx } from "./cx";
import { Field } from "./field";
import { useWords } from "./words";

type CopyFieldProps = { label: ReactNode; hint?: ReactNode; value: string; mono?: boolean };

/** Something to take elsewhere: shown in full, copied by one tap; where the browser forbids that, it stands selected. */
export function CopyField({ label, hint, value, mono = false }: CopyFieldProps) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <span className="flex gap-2">
          <input
            {...control}
            readOnly
            value={value}
            onFocus={(event) => event.target.select()}
            className={cx(CONTROL, "min-w-0 flex-1 bg-sunken", mono && "font-mono")}
          />
          <Button
            onClick={() => {
              navigator.clipboard.writeText(value).then(
                () => setCopied(true),
                () => document.getElementById(control.id)?.focus(),
              );
            }}
          >
            {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
            <span aria-live="polite">{copied ? words.copied : words.copy}</span>
          </Button>
        </span>
      )}
    </Field>
  );
}
