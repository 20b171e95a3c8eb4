import { TextField } from "@sello/ui/field";

import { useTexts } from "../texts";
import { centimosOf, type Draft } from "./draft";
import { Ribbon } from "./ribbon";
import { isOnce } from "./triggers";
import { texts } from "./words/editor";

type StepProps = { draft: Draft; onChange: (part: Partial<Draft>) => void };

/** When messages go out, and how much may be spent on them. */
export function StepWhen({ draft, onChange }: StepProps) {
  const t = useTexts(texts);
  const wrong = Number.isNaN(centimosOf(draft.budget));
  return (
    <fieldset>
      <legend className="mb-2 text-20">{t.when}</legend>
      <p className="mb-6 max-w-[60ch] text-muted">{isOnce(draft.trigger.kind) ? t.whenOnce : t.whenAgain}</p>
      <div className="mb-6 flex flex-wrap gap-4">
        <TextField
          label={t.quietUntil}
          type="time"
          required
          value={draft.quietUntil}
          onChange={(event) => event.target.value && onChange({ quietUntil: event.target.value })}
          wrap="w-36"
        />
        <TextField
          label={t.quietFrom}
          type="time"
          required
          value={draft.quietFrom}
          onChange={(event) => event.target.value && onChange({ quietFrom: event.target.value })}
          wrap="w-36"
        />
      </div>
      <Ribbon from={draft.quietUntil} until={draft.quietFrom} />
      <TextField
        label={t.budget}
        before="S/"
        inputMode="decimal"
        autoComplete="off"
        value={draft.budget}
        onChange={(event) => onChange({ budget: event.target.value })}
        hint={t.budgetHint}
        error={wrong ? t.problems.budget : undefined}
        wrap="mt-6 max-w-80"
      />
    </fieldset>
  );
}
