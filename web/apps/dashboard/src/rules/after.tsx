import { Section } from "@sello/ui/page";

import { useTexts } from "../texts";
import { Blank, Sentence, Switch } from "./blank";
import type { Optional } from "./draft";
import type { PartProps } from "./parts";
import { texts } from "./texts";

/** What becomes of stamps and rewards: carried over, and how long they are good. */
export function After({ draft, was, change }: PartProps) {
  const t = useTexts(texts).after;
  return (
    <Section title={t.title}>
      <Sentence
        aside={
          <Switch
            label={t.rollOver}
            checked={draft.rollOver}
            was={was.rollOver}
            onChange={(rollOver) => change({ rollOver })}
          />
        }
      >
        <span className={draft.rollOver ? undefined : "text-muted"}>{t.rollOver}</span>
      </Sentence>
      <Expiry
        path="stamps_expire_days"
        value={draft.stampsExpire}
        was={was.stampsExpire}
        words={[t.stampsSwitch, t.stampsExpire, t.stampsExpireEnd(draft.stampsExpire.text), t.stampsDays]}
        onChange={(stampsExpire) => change({ stampsExpire })}
      />
      <Expiry
        path="rewards_expire_days"
        value={draft.rewardsExpire}
        was={was.rewardsExpire}
        words={[t.rewardsSwitch, t.rewardsExpire, t.rewardsExpireEnd(draft.rewardsExpire.text), t.rewardsDays]}
        onChange={(rewardsExpire) => change({ rewardsExpire })}
      />
    </Section>
  );
}

type ExpiryProps = {
  path: string;
  value: Optional;
  was: Optional;
  words: [off: string, before: string, after: string, label: string];
  onChange: (value: Optional) => void;
};

function Expiry({ path, value, was, words: [off, before, after, label], onChange }: ExpiryProps) {
  const t = useTexts(texts).after;
  return (
    <Sentence
      about={value.on ? [path] : []}
      hint={value.on ? t.shown : undefined}
      aside={<Switch label={off} checked={value.on} was={was.on} onChange={(on) => onChange({ ...value, on })} />}
    >
      {value.on ? (
        <>
          <span>{before}</span>
          <Blank
            path={path}
            label={label}
            value={value.text}
            was={was.on ? was.text : undefined}
            onChange={(text) => onChange({ ...value, text })}
          />
          <span>{after}</span>
        </>
      ) : (
        <span className="text-muted">{off}</span>
      )}
    </Sentence>
  );
}

/** How often one may be stamped, so that nobody stamps for fun. */
export function RulesLimits({ draft, was, change }: PartProps) {
  const t = useTexts(texts).limits;
  return (
    <Section title={t.title}>
      <Sentence about={["cooldown_minutes"]} hint={t.cooldownHow}>
        <span>{t.cooldown}</span>
        <Blank
          path="cooldown_minutes"
          label={t.cooldownLabel}
          value={draft.cooldown}
          was={was.cooldown}
          onChange={(cooldown) => change({ cooldown })}
        />
        <span>{t.cooldownEnd(draft.cooldown)}</span>
      </Sentence>
      <Sentence about={["card_daily_cap"]}>
        <span>{t.card}</span>
        <Blank
          path="card_daily_cap"
          label={t.cardLabel}
          value={draft.cardCap}
          was={was.cardCap}
          onChange={(cardCap) => change({ cardCap })}
        />
        <span>{t.cardEnd(draft.cardCap)}</span>
      </Sentence>
      <Sentence about={["staff_daily_cap"]}>
        <span>{t.staff}</span>
        <Blank
          path="staff_daily_cap"
          label={t.staffLabel}
          value={draft.staffCap}
          was={was.staffCap}
          onChange={(staffCap) => change({ staffCap })}
        />
        <span>{t.cardEnd(draft.staffCap)}</span>
      </Sentence>
    </Section>
  );
}
