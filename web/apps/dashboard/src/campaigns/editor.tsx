import { Button } from "@sello/ui/button";
import { Page, Split } from "@sello/ui/page";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { Refused } from "../refused";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Audience } from "./audience";
import { problemsOf, STEPS, unready, type Draft, type Step } from "./draft";
import { MessagePreview } from "./message-preview";
import { plain } from "./ribbon";
import { StepCheck } from "./step-check";
import { StepWhat } from "./step-what";
import { StepWhen } from "./step-when";
import { StepWho } from "./step-who";
import { StepsBar } from "./steps-bar";
import { useEstimate } from "./use-campaigns";
import { useSaveDraft } from "./use-save-draft";
import { useTemplates } from "./use-templates";
import { texts } from "./words/editor";
import { texts as triggers } from "./words/triggers";

/** Who, when, what, check: each step shows what it means before anything is sent. */
export function Editor({ first }: { first: Draft }) {
  const t = useTexts(texts);
  const { kinds } = useTexts(triggers);
  const { number, money } = useFormat();
  const [draft, setDraft] = useState(first);
  const [tried, setTried] = useState<Step | null>(null);
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const step = STEPS.find((each) => each === params.get("paso")) ?? "quien";
  const audience = useEstimate(draft, problemsOf(draft, "quien").length === 0 && !Number.isNaN(draft.holdout));
  const template = useTemplates().data?.templates.find(({ id }) => id === draft.templateId);
  const named = draft.name.trim() === "" ? { ...draft, name: kinds[draft.trigger.kind].name } : draft;
  const save = useSaveDraft((saved) => setDraft((now) => ({ ...now, saved: true, name: now.name || saved.name })));
  const to = (next: Step) => `?paso=${next}`;
  const go = (next: Step) => {
    void navigate(to(next), { replace: true, preventScrollReset: false });
    scrollTo({ top: 0 });
  };
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));

  const next = () => {
    if (problemsOf(draft, step).length > 0) return setTried(step);
    const following = STEPS[STEPS.indexOf(step) + 1];
    // Whom a list reaches is known once the server has it.
    const list = draft.trigger.kind === "segment" && !draft.saved;
    if (following === "revisar" && list) save.put.mutate(named, { onSuccess: () => go(following) });
    else if (following) go(following);
  };
  const start = () => {
    const missing = unready(named);
    if (!missing) return save.start.mutate(named);
    setTried(missing);
    if (missing !== step) go(missing);
  };
  const problems = tried === step ? problemsOf(named, step) : [];
  const estimate = audience.data;
  const said: Record<Step, string> = {
    quien: estimate ? kinds[draft.trigger.kind].title : "",
    cuando: draft.quietFrom === draft.quietUntil ? "" : `${plain(draft.quietUntil)} – ${plain(draft.quietFrom)}`,
    que: template?.name ?? "",
    revisar: estimate ? money(estimate.cost_micros / 1_000_000) : "",
  };
  const steps: Record<Step, ReactNode> = {
    quien: <StepWho draft={draft} onChange={change} />,
    cuando: <StepWhen draft={draft} onChange={change} />,
    que: <StepWhat draft={draft} onChange={change} />,
    revisar: <StepCheck draft={draft} onChange={change} estimate={estimate} tried={tried === "revisar"} />,
  };
  const before = STEPS[STEPS.indexOf(step) - 1];
  const isAudience = step === "quien" || step === "cuando";
  return (
    <Page
      above={<Link to="/app/campanas">{t.campaigns}</Link>}
      title={draft.name.trim() || t.fresh}
      lead={estimate ? t.reaches(estimate.messages, number(estimate.messages)) : undefined}
      actions={
        <Button
          variant="quiet"
          busy={save.keep.isPending}
          onClick={() => {
            const missing = draft.templateId === null ? "que" : unready(named);
            if (!missing) return save.keep.mutate(named);
            setTried(missing);
            go(missing);
          }}
        >
          {t.saveDraft}
        </Button>
      }
    >
      <StepsBar draft={draft} at={step} said={said} to={to} />
      <Split>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (step === "revisar") start();
            else next();
          }}
        >
          {steps[step]}
          {problems.length > 0 ? (
            <p role="alert" className="mt-6 text-refuse">
              {problems.map((problem) => t.problems[problem]).join(" ")}
            </p>
          ) : null}
          <div className="mt-6 grid gap-3">
            <Refused error={save.start.error ?? save.keep.error ?? save.put.error} />
            <div className="flex flex-wrap items-center gap-2">
              <Button
                type="submit"
                variant="main"
                size="l"
                busy={save.start.isPending || save.put.isPending}
                className="max-sm:w-full"
              >
                {step === "revisar" ? t.start : t.next[step]}
              </Button>
              {before ? (
                <Button variant="quiet" onClick={() => go(before)} className="max-sm:w-full">
                  {t.back}
                </Button>
              ) : null}
            </div>
            {step === "revisar" ? <p className="text-12 text-muted">{t.startAt}</p> : null}
          </div>
        </form>
        <aside aria-label={t.side} className="lg:sticky lg:top-6">
          {isAudience ? (
            draft.trigger.kind === "segment" && !draft.saved ? null : (
              <Audience
                estimate={estimate}
                error={audience.error}
                stale={audience.isPlaceholderData}
                onRetry={() => void audience.refetch()}
              />
            )
          ) : template ? (
            <MessagePreview template={template} />
          ) : null}
          {step === "revisar" && estimate ? (
            <div className="mt-8">
              <Audience estimate={estimate} error={null} stale={audience.isPlaceholderData} onRetry={() => undefined} />
            </div>
          ) : null}
        </aside>
      </Split>
    </Page>
  );
}
