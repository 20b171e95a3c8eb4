import { LIMITS } from "@sello/api/limits";
import { Section } from "@sello/ui/page";

import { useTexts } from "../texts";
import { Blank, Sentence, Switch } from "./blank";
import type { PartProps } from "./parts";
import { texts } from "./texts";

/** What is given without a stamp: a welcome, something for the birthday. */
export function Gifts(props: PartProps) {
  const t = useTexts(texts).gifts;
  return (
    <Section title={t.title}>
      <WelcomeSentence {...props} />
      <BirthdaySentence {...props} />
    </Section>
  );
}

function WelcomeSentence({ draft, was, change }: PartProps) {
  const t = useTexts(texts).gifts;
  const { welcome } = draft;
  const before = was.welcome.on ? was.welcome : undefined;
  return (
    <Sentence
      about={welcome.on ? ["welcome.stamps", "welcome.title"] : []}
      hint={welcome.on ? t.welcomeHow : undefined}
      aside={
        <Switch
          label={t.welcomeSwitch}
          checked={welcome.on}
          was={was.welcome.on}
          onChange={(on) => change({ welcome: { ...welcome, on } })}
        />
      }
    >
      {welcome.on ? (
        <>
          <span>{t.welcome}</span>
          <Blank
            path="welcome.stamps"
            label={t.welcomeStamps}
            value={welcome.stamps}
            was={before?.stamps}
            onChange={(stamps) => change({ welcome: { ...welcome, stamps } })}
          />
          <span>{t.stampsAnd(welcome.stamps)}</span>
          <Blank
            path="welcome.title"
            label={t.welcomeTitle}
            kind="text"
            value={welcome.title}
            was={before?.title}
            placeholder={t.welcomeExample}
            maxLength={LIMITS.Welcome.title.max}
            onChange={(title) => change({ welcome: { ...welcome, title } })}
          />
        </>
      ) : (
        <span className="text-muted">{t.welcomeSwitch}</span>
      )}
    </Sentence>
  );
}

function BirthdaySentence({ draft, was, change }: PartProps) {
  const t = useTexts(texts).gifts;
  const { birthday } = draft;
  const before = was.birthday.on ? was.birthday : undefined;
  return (
    <Sentence
      about={birthday.on ? ["birthday.title", "birthday.valid_days"] : []}
      hint={birthday.on ? t.birthdayHow : undefined}
      aside={
        <Switch
          label={t.birthdaySwitch}
          checked={birthday.on}
          was={was.birthday.on}
          onChange={(on) => change({ birthday: { ...birthday, on } })}
        />
      }
    >
      {birthday.on ? (
        <>
          <span>{t.birthday}</span>
          <Blank
            path="birthday.title"
            label={t.birthdayTitle}
            kind="text"
            value={birthday.title}
            was={before?.title}
            placeholder={t.birthdayExample}
            maxLength={LIMITS.BirthdayReward.title.max}
            onChange={(title) => change({ birthday: { ...birthday, title } })}
          />
          <span>{t.birthdayUntil}</span>
          <Blank
            path="birthday.valid_days"
            label={t.birthdayDays}
            value={birthday.days}
            was={before?.days}
            onChange={(days) => change({ birthday: { ...birthday, days } })}
          />
          <span>{t.days(birthday.days)}</span>
        </>
      ) : (
        <span className="text-muted">{t.birthdaySwitch}</span>
      )}
    </Sentence>
  );
}
