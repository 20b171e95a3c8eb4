import { Section } from "@sello/ui/page";
import { Check, X } from "lucide-react";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { useRules, type Profile } from "./use-card";
import { texts } from "./words/about";
import { texts as person } from "./words/person";

/** What may reach somebody and why: each with its yes or no and the reason for it. */
export function Reach({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { months } = useTexts(person);
  const { day } = useFormat();
  const gift = useRules().data?.birthday ?? null;
  const { consent, birthday } = profile;
  const why = t.reachNewsWhy;
  const news = !consent
    ? why.never
    : consent.marketing
      ? why.yes(day(consent.recorded_at))
      : why.stopped(day(consent.recorded_at));
  const date = birthday && gift ? `${birthday.day} ${months[birthday.month - 1]?.slice(0, 3) ?? ""}` : null;
  const because = t.reachBirthdayWhy;
  return (
    <Section title={t.reach}>
      <ul className="grid gap-3">
        <Way yes title={t.reachCard} why={t.reachCardWhy} />
        <Way yes={consent?.marketing === true} title={t.reachNews(consent?.marketing === true)} why={news} />
        <Way
          yes={date !== null}
          title={t.reachBirthday(date)}
          why={!gift ? because.norule : !birthday ? because.unknown : because.yes(gift.title)}
        />
      </ul>
    </Section>
  );
}

function Way({ yes, title, why }: { yes: boolean; title: string; why: string }) {
  const Sign = yes ? Check : X;
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
      <Sign aria-hidden="true" className={yes ? "size-5 text-ok" : "size-5 text-muted"} />
      <div className="wrap-anywhere">
        <p className="font-semibold">{title}</p>
        <p className="text-12 text-muted">{why}</p>
      </div>
    </li>
  );
}
