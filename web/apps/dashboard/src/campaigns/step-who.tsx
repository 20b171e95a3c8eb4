import { SelectField, TextField } from "@sello/ui/field";

import { useTexts } from "../texts";
import type { Draft } from "./draft";
import { PickRow } from "./pick-row";
import { SegmentFields } from "./segment-fields";
import { DIALS, dialled, KINDS, usual } from "./triggers";
import type { Trigger } from "./types";
import { texts } from "./words/editor";
import { texts as triggers } from "./words/triggers";

type StepProps = { draft: Draft; onChange: (part: Partial<Draft>) => void };

/** Whom the campaign means: one occasion, and its numbers. */
export function StepWho({ draft, onChange }: StepProps) {
  const t = useTexts(texts);
  const { kinds } = useTexts(triggers);
  const fixed = draft.listed !== null;
  return (
    <fieldset>
      <legend className="mb-4 text-20">{t.who}</legend>
      {KINDS.filter((kind) => !fixed || kind === "segment").map((kind) => (
        <PickRow
          key={kind}
          group="quien"
          checked={draft.trigger.kind === kind}
          onPick={() => onChange({ trigger: usual(kind) })}
          title={kinds[kind].title}
          text={kinds[kind].text}
        >
          {kind === "segment" ? (
            <SegmentFields draft={draft} onChange={onChange} />
          ) : (
            <Dials trigger={draft.trigger} onChange={(trigger) => onChange({ trigger })} />
          )}
        </PickRow>
      ))}
    </fieldset>
  );
}

function Dials({ trigger, onChange }: { trigger: Trigger; onChange: (trigger: Trigger) => void }) {
  const t = useTexts(triggers);
  return (
    <>
      {DIALS[trigger.kind].map(({ key, min, max }) => {
        const value = dialled(trigger, key);
        const wrong = !Number.isInteger(value) || value < min || value > max;
        return (
          <TextField
            key={key}
            label={t.dials[key]}
            type="number"
            inputMode="numeric"
            min={min}
            max={max}
            value={Number.isNaN(value) ? "" : value}
            onChange={(event) => onChange({ ...trigger, [key]: event.target.valueAsNumber })}
            hint={wrong ? undefined : t.bounds(min, max)}
            error={wrong ? t.bounds(min, max) : undefined}
            wrap="w-44"
          />
        );
      })}
      {trigger.kind === "expiring" ? (
        <SelectField
          label={t.what}
          value={trigger.what ?? "both"}
          onChange={(what) => onChange({ ...trigger, what: what as "both" | "stamps" | "rewards" })}
          options={[
            { value: "both", label: t.whats.both },
            { value: "stamps", label: t.whats.stamps },
            { value: "rewards", label: t.whats.rewards },
          ]}
          wrap="w-44"
        />
      ) : null}
    </>
  );
}
