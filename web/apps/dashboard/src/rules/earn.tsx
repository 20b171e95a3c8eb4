import { LIMITS } from "@sello/api/limits";
import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Plus } from "lucide-react";

import { useTexts } from "../texts";
import { Blank, Sentence, Switch } from "./blank";
import { nextHappy } from "./draft";
import { Happy } from "./happy";
import type { PartProps } from "./parts";
import { texts } from "./texts";

/** How a stamp is earned: per purchase, from which amount, and when it counts more. */
export function Earn({ draft, was, change }: PartProps) {
  const t = useTexts(texts).earn;
  const { minimum, happy } = draft;
  return (
    <Section
      title={t.title}
      actions={
        happy.length < LIMITS.RewardRules.happy_hours.max ? (
          <Button variant="quiet" onClick={() => change({ happy: [...happy, nextHappy()] })}>
            <Plus aria-hidden="true" />
            {t.addHappy}
          </Button>
        ) : undefined
      }
    >
      <Sentence about={["most_per_purchase"]}>
        <span>{t.purchase}</span>
        <Blank
          path="most_per_purchase"
          label={t.purchaseLabel}
          value={draft.most}
          was={was.most}
          onChange={(most) => change({ most })}
        />
        <span>{t.stamps(draft.most)}</span>
      </Sentence>
      <Sentence
        about={minimum.on ? ["minimum_spend_centimos"] : []}
        hint={minimum.on ? t.minimumHow : undefined}
        aside={
          <Switch
            label={t.minimumSwitch}
            checked={minimum.on}
            was={was.minimum.on}
            onChange={(on) => change({ minimum: { ...minimum, on } })}
          />
        }
      >
        {minimum.on ? (
          <>
            <span>{t.minimum}</span>
            <Blank
              path="minimum_spend_centimos"
              label={t.minimumLabel}
              kind="money"
              value={minimum.text}
              was={was.minimum.on ? was.minimum.text : undefined}
              onChange={(text) => change({ minimum: { ...minimum, text } })}
            />
            <span>{t.minimumEnd}</span>
          </>
        ) : (
          <span className="text-muted">{t.minimumSwitch}</span>
        )}
      </Sentence>
      {happy.map((each, index) => (
        <Happy
          key={each.key}
          place={index}
          happy={each}
          was={was.happy.find(({ key }) => key === each.key)}
          onChange={(changes) =>
            change({ happy: happy.map((one) => (one.key === each.key ? { ...one, ...changes } : one)) })
          }
          onRemove={() => change({ happy: happy.filter(({ key }) => key !== each.key) })}
        />
      ))}
    </Section>
  );
}
