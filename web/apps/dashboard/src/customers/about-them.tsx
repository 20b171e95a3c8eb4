import { Button } from "@sello/ui/button";
import { Note } from "@sello/ui/note";
import { Section } from "@sello/ui/page";
import { useState, type ReactNode } from "react";

import { money } from "../format";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { spoken } from "./person-form";
import { PhoneDialog } from "./phone-dialog";
import type { Profile } from "./use-card";
import { texts } from "./words/about";
import { texts as person } from "./words/person";

/** What the shop knows of somebody; a new phone that waits stands over it. */
export function AboutThem({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { months } = useTexts(person);
  const { day } = useFormat();
  const [confirming, setConfirming] = useState(false);
  const { birthday, history } = profile;
  return (
    <Section title={t.data}>
      {profile.new_phone ? (
        <Note tone="wait" className="mb-3">
          <p>{t.newPhone(spoken(profile.new_phone))}</p>
          <Button size="s" className="mt-2" onClick={() => setConfirming(true)}>
            {t.newPhoneGo}
          </Button>
        </Note>
      ) : null}
      <dl className="[&>div+div]:border-t [&>div+div]:border-line">
        <Pair term={t.phone}>
          <a
            href={`tel:${profile.phone}`}
            className="whitespace-nowrap max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
          >
            {spoken(profile.phone)}
          </a>
        </Pair>
        <Pair term={t.birthday}>
          {birthday ? `${birthday.day} ${months[birthday.month - 1]?.slice(0, 3) ?? ""}` : t.noBirthday}
        </Pair>
        <Pair term={t.since}>{day(profile.enrolled_at)}</Pair>
        <Pair term={t.how}>{t.sources[profile.source]}</Pair>
        <Pair term={t.spent}>{history.amount_centimos > 0 ? money(history.amount_centimos / 100) : t.spentNone}</Pair>
      </dl>
      {confirming && profile.new_phone ? (
        <PhoneDialog profile={profile} phone={profile.new_phone} onClose={() => setConfirming(false)} />
      ) : null}
    </Section>
  );
}

function Pair({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-2">
      <dt className="text-muted">{term}</dt>
      <dd className="text-right wrap-anywhere">{children}</dd>
    </div>
  );
}
