import { LinkButton } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { Loading, Empty, Skeleton, Trouble } from "@sello/ui/state";
import { Pill } from "@sello/ui/tag";
import { Link } from "react-router";

import { useTexts } from "../texts";
import type { Draft, Gift } from "./draft";
import { PickRow } from "./pick-row";
import type { Template } from "./types";
import { useTemplates } from "./use-templates";
import { texts } from "./words/editor";
import { texts as states } from "./words/template-states";

type StepProps = { draft: Draft; onChange: (part: Partial<Draft>) => void };
const GIFTS: readonly Gift[] = ["none", "percent", "gift"];

/** What they are told, and what they get for coming back. */
export function StepWhat({ draft, onChange }: StepProps) {
  const t = useTexts(texts);
  return (
    <>
      <fieldset>
        <legend className="mb-4 text-20">{t.what}</legend>
        <Templates draft={draft} onChange={onChange} />
      </fieldset>
      <fieldset className="mt-8">
        <legend className="mb-2 text-16 font-semibold">{t.give}</legend>
        {GIFTS.map((give) => (
          <PickRow
            key={give}
            group="regalo"
            checked={draft.give === give}
            onPick={() => onChange({ give })}
            title={t.gives[give]}
          >
            {give === "none" ? null : <Given draft={draft} onChange={onChange} />}
          </PickRow>
        ))}
      </fieldset>
    </>
  );
}

function Templates({ draft, onChange }: StepProps) {
  const t = useTexts(texts);
  const s = useTexts(states);
  const templates = useTemplates();
  if (!templates.data) {
    if (templates.isError) return <Trouble small error={templates.error} onRetry={() => void templates.refetch()} />;
    return (
      <Loading>
        <Skeleton lines={4} className="h-6" />
      </Loading>
    );
  }
  const usable = templates.data.templates.filter(({ state }) => state !== "disabled" && state !== "archived");
  if (usable.length === 0)
    return (
      <Empty
        small
        title={t.noTemplates}
        text={t.noTemplatesText}
        action={
          <LinkButton asChild>
            <Link to="/app/plantillas">{t.toTemplates}</Link>
          </LinkButton>
        }
      />
    );
  return (
    <>
      {usable.map((template) => (
        <PickRow
          key={template.id}
          group="plantilla"
          checked={draft.templateId === template.id}
          disabled={template.state === "rejected"}
          onPick={() => onChange({ templateId: template.id, saysCode: template.variables.includes("discount_code") })}
          title={template.name}
          text={template.state === "approved" ? <Words template={template} /> : <Why template={template} />}
          aside={<Pill tone={s.tones[template.state]}>{s.states[template.state]}</Pill>}
        />
      ))}
      <p className="mt-2">
        <Link to="/app/plantillas" className="inline-flex min-h-11 items-center">
          {t.otherTemplates}
        </Link>
      </p>
    </>
  );
}

function Words({ template }: { template: Template }) {
  return <span className="line-clamp-2 wrap-anywhere">{template.body}</span>;
}

function Why({ template }: { template: Template }) {
  const t = useTexts(texts);
  return template.state === "draft" ? t.unsent : template.state === "rejected" ? t.rejectedOne : t.inReview;
}

function Given({ draft, onChange }: StepProps) {
  const t = useTexts(texts);
  const isOff = (value: number, min: number, max: number) => !Number.isInteger(value) || value < min || value > max;
  return (
    <>
      {draft.give === "percent" ? (
        <TextField
          label={t.percent}
          type="number"
          inputMode="numeric"
          min={5}
          max={50}
          value={Number.isNaN(draft.percent) ? "" : draft.percent}
          onChange={(event) => onChange({ percent: event.target.valueAsNumber })}
          error={isOff(draft.percent, 5, 50) ? t.problems.percent : undefined}
          wrap="w-36"
        />
      ) : (
        <TextField
          label={t.gift}
          maxLength={255}
          placeholder={t.giftExample}
          value={draft.gift}
          onChange={(event) => onChange({ gift: event.target.value })}
          wrap="w-72 max-w-full"
        />
      )}
      <TextField
        label={t.codeDays}
        type="number"
        inputMode="numeric"
        min={1}
        max={90}
        value={Number.isNaN(draft.codeDays) ? "" : draft.codeDays}
        onChange={(event) => onChange({ codeDays: event.target.valueAsNumber })}
        error={isOff(draft.codeDays, 1, 90) ? t.problems.code_days : undefined}
        wrap="w-36"
      />
      <p className="w-full text-12 text-muted">{t.codeHow}</p>
    </>
  );
}
