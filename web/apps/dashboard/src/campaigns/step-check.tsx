import { TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { Two } from "@sello/ui/page";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { centimosOf, problemsOf, type Draft, type Problem } from "./draft";
import type { Estimate } from "./types";
import { texts } from "./words/editor";
import { texts as triggers } from "./words/triggers";

type StepProps = {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  estimate: Estimate | null | undefined;
  /** Somebody tried to start: what is missing may be said. */
  tried: boolean;
};

const ENOUGH = 20; // held out: fewer prove nothing

/** What will happen, what it costs at most, and how one will know whether it worked. */
export function StepCheck({ draft, onChange, estimate, tried }: StepProps) {
  const t = useTexts(texts);
  const { kinds } = useTexts(triggers);
  const { number } = useFormat();
  const problems = problemsOf(draft, "revisar");
  const wrong = (problem: Problem) => (tried && problems.includes(problem) ? t.problems[problem] : undefined);
  const held = estimate?.held_out ?? 0;
  return (
    <fieldset>
      <legend className="mb-6 text-20">
        {!estimate
          ? t.steps.revisar
          : estimate.messages === 0
            ? t.checkSoon
            : t.check(estimate.messages, number(estimate.messages))}
      </legend>
      <TextField
        label={t.name}
        maxLength={255}
        placeholder={kinds[draft.trigger.kind].name}
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
        hint={t.nameHint}
        error={wrong("name")}
        wrap="mb-8 max-w-96"
      />
      <Two>
        <Cost draft={draft} estimate={estimate} />
        <div>
          <h2 className="mb-1 text-14">{t.know}</h2>
          <p className="mb-3 text-muted">{draft.holdout === 0 ? t.knowNone : t.knowText(number(held))}</p>
          <TextField
            label={t.holdout}
            type="number"
            inputMode="numeric"
            min={0}
            max={50}
            value={Number.isNaN(draft.holdout) ? "" : draft.holdout}
            onChange={(event) => onChange({ holdout: event.target.valueAsNumber })}
            hint={t.holdoutHint}
            error={problems.includes("holdout") ? t.problems.holdout : undefined}
            wrap="max-w-44"
          />
          {draft.holdout > 0 && estimate && held < ENOUGH ? (
            <Note tone="wait" className="mt-3">
              {t.few}
            </Note>
          ) : null}
        </div>
      </Two>
    </fieldset>
  );
}

function Cost({ draft, estimate }: { draft: Draft; estimate: Estimate | null | undefined }) {
  const t = useTexts(texts);
  const { money, number } = useFormat();
  const soles = (estimate?.cost_micros ?? 0) / 1_000_000;
  const cap = centimosOf(draft.budget);
  const capped = cap !== null && !Number.isNaN(cap) ? cap / 100 : null;
  const each = estimate && estimate.messages > 0 ? soles / estimate.messages : null;
  return (
    <div className="rounded-s border border-line bg-surface p-4 shadow-object">
      <h2 className="border-b border-dashed border-edge pb-3 text-14">{t.cost}</h2>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-2 py-3">
        <dt className="text-muted">
          {each === null ? t.costTotal : t.costMessages(number(estimate?.messages ?? 0), money(each))}
        </dt>
        <dd className="text-right whitespace-nowrap">{money(soles)}</dd>
        <dt className="border-t border-dashed border-edge pt-3 text-20 font-[650]">{t.costMost}</dt>
        <dd className="border-t border-dashed border-edge pt-3 text-right text-20 font-[650] whitespace-nowrap">
          {money(capped === null ? soles : Math.min(capped, soles))}
        </dd>
      </dl>
      <p className="text-12 text-muted">
        {t.costNote} {capped === null ? "" : t.costCap(money(capped))}
      </p>
    </div>
  );
}
