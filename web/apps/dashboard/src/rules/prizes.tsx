import { LIMITS } from "@sello/api/limits";
import { Button, IconButton } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Plus, X } from "lucide-react";

import { useTexts } from "../texts";
import { Blank, Sentence } from "./blank";
import { type DraftStep, nextStep } from "./draft";
import type { PartProps } from "./parts";
import { texts } from "./texts";

/** What there is to win: each reward a sentence, the last one fills the card. */
export function Prizes({ draft, was, change }: PartProps) {
  const t = useTexts(texts).prizes;
  const { steps } = draft;
  const most = LIMITS.RewardRules.steps.max;
  const put = (key: string, changes: Partial<DraftStep>) =>
    change({ steps: steps.map((step) => (step.key === key ? { ...step, ...changes } : step)) });
  return (
    <Section
      title={t.title}
      actions={
        steps.length < most ? (
          <Button variant="quiet" onClick={() => change({ steps: [...steps, nextStep(steps)] })}>
            <Plus aria-hidden="true" />
            {t.add}
          </Button>
        ) : (
          <span className="text-12 text-muted">{t.most(most)}</span>
        )
      }
    >
      {steps.map((step, index) => {
        const before = was.steps.find(({ key }) => key === step.key);
        const paths = [`steps.${index}.at`, `steps.${index}.title`] as const;
        return (
          <Sentence
            key={step.key}
            about={paths}
            aside={
              steps.length > 1 ? (
                <IconButton
                  label={t.remove(index + 1)}
                  onClick={() => change({ steps: steps.filter(({ key }) => key !== step.key) })}
                >
                  <X aria-hidden="true" />
                </IconButton>
              ) : undefined
            }
          >
            <span>{index === steps.length - 1 ? t.fills : t.with}</span>
            <Blank
              path={paths[0]}
              label={t.at(index + 1)}
              value={step.at}
              was={before?.at}
              onChange={(at) => put(step.key, { at })}
            />
            <span>{t.stamps(step.at)}</span>
            <Blank
              path={paths[1]}
              label={t.name(index + 1)}
              kind="text"
              value={step.title}
              was={before?.title}
              placeholder={t.example}
              maxLength={LIMITS.Step.title.max}
              onChange={(title) => put(step.key, { title })}
            />
          </Sentence>
        );
      })}
    </Section>
  );
}
