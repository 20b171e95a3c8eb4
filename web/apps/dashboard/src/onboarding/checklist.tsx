import { Button, LinkButton } from "@sello/ui/button";
import { cx } from "@sello/ui/cx";
import { Section, Split } from "@sello/ui/page";
import { Check } from "lucide-react";
import { Link } from "react-router";

import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { FirstCard } from "./first-card";
import { nextOf, type Step } from "./steps";
import { texts } from "./texts";
import { useSteps, useTick } from "./use-steps";

/** What is left to do until the first stamp; it stays until all of it is done, and is nothing then. */
export function Checklist() {
  const t = useTexts(texts);
  const steps = useSteps();
  if (!steps) return null;
  const next = nextOf(steps);
  const done = steps.filter((step) => step.done).length;
  return (
    <div className="mb-10">
      <h2 className="text-28 font-semibold">{t.heading(steps.length - done)}</h2>
      <p className="mt-1 mb-6 text-muted">{t.lead}</p>
      <Split>
        <Section title={t.title} actions={<span className="text-muted">{t.ready(done, steps.length)}</span>}>
          <ol>
            {steps.map((step, index) => (
              <Line key={step.name} step={step} place={index + 1} isNext={step === next} />
            ))}
          </ol>
        </Section>
        <FirstCard />
      </Split>
    </div>
  );
}

const PATHS = {
  look: "/app/ajustes#aspecto",
  rules: "/app/reglas",
  team: "/app/local",
  till: "/app/local",
  poster: "/app/afiche",
};

function Line({ step, place, isNext }: { step: Step; place: number; isNext: boolean }) {
  const t = useTexts(texts);
  const words = t.steps[step.name];
  return (
    <li
      aria-current={isNext ? "step" : undefined}
      className={cx(
        "grid grid-cols-[1.75rem_minmax(0,1fr)] items-start gap-x-3 gap-y-2 border-t border-line py-3 first:border-t-0 sm:grid-cols-[1.75rem_minmax(0,1fr)_auto]",
        isNext && "-mx-3 rounded-s border-transparent bg-sunken px-3 py-4 [&+li]:border-transparent",
      )}
    >
      <Tick done={step.done} place={place} isNext={isNext} />
      <div>
        <h3 className={step.done ? "font-medium text-muted" : undefined}>
          {words.title}
          {step.done ? <span className="sr-only">: {t.done}</span> : null}
        </h3>
        {step.done ? null : <p className="text-muted">{words.text}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-2 max-sm:col-start-2">
        <Acts step={step} isNext={isNext} />
      </div>
    </li>
  );
}

function Tick({ done, place, isNext }: { done: boolean; place: number; isNext: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "grid size-6 place-items-center rounded-[50%] text-12 font-semibold",
        done ? "bg-ok-soft text-ok" : isNext ? "bg-ink text-paper" : "border border-edge",
      )}
    >
      {done ? <Check className="size-4" /> : place}
    </span>
  );
}

function Acts({ step, isNext }: { step: Step; isNext: boolean }) {
  const t = useTexts(texts);
  const { tick, busy } = useTick();
  const { slug } = useBusiness();
  const words = t.steps[step.name];
  const { skips } = step;
  if (step.blockedBy) return <Button disabled>{t.blocked[step.blockedBy]}</Button>;
  const go = step.done ? words.change : words.go;
  const looks = { variant: step.done ? "quiet" : isNext ? "main" : "plain", size: step.done ? "s" : "m" } as const;
  const label = step.done ? `${go}: ${words.title}` : undefined;
  return (
    <>
      {step.done || !skips ? null : (
        <Button variant="quiet" busy={busy} onClick={() => tick(skips)}>
          {words.skip}
        </Button>
      )}
      <LinkButton {...looks} asChild aria-label={label}>
        {step.name === "stamp" ? (
          <a href={`/e/${slug}`} target="_blank" rel="noreferrer">
            {go}
          </a>
        ) : (
          <Link to={PATHS[step.name]}>{go}</Link>
        )}
      </LinkButton>
    </>
  );
}
