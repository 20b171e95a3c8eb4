import { LinkButton } from "@sello/ui/button";
import { Dots } from "@sello/ui/dots";
import { ArrowRight } from "lucide-react";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { nextOf, type StepName } from "./steps";
import { texts } from "./texts";
import { useSteps } from "./use-steps";

const PATHS: Partial<Record<StepName, string>> = {
  look: "/app/ajustes#aspecto",
  rules: "/app/reglas",
  team: "/app/local",
  till: "/app/local",
  poster: "/app/afiche",
};

/** Over the page of a first step: how far one is, and where it goes on. `here`: the step that this page is for. */
export function NextStep({ here }: { here?: StepName }) {
  const t = useTexts(texts);
  const steps = useSteps();
  if (!steps) return null;
  const next = nextOf(steps);
  const done = steps.filter((step) => step.done).length;
  const to = next && next.name !== here ? (PATHS[next.name] ?? "/app") : undefined;
  return (
    <div className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-s bg-sunken px-4 py-2">
      <Link to="/app" className="inline-flex min-h-11 items-center font-semibold">
        {t.title}
      </Link>
      <Dots value={done} of={steps.length} />
      <span className="text-muted">{t.ready(done, steps.length)}</span>
      {to && next ? (
        <LinkButton asChild className="ml-auto">
          <Link to={to}>
            {t.next(t.steps[next.name].title)}
            <ArrowRight aria-hidden="true" />
          </Link>
        </LinkButton>
      ) : null}
    </div>
  );
}
