import { Card } from "@sello/card";

import { lookOf } from "../card/look";
import { coloursOf } from "../card/shop-card";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { useRules, type Profile } from "./use-card";
import { texts } from "./words/card";

/** The card as its holder sees it on the phone. */
export function CardDrawn({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { calendarDay } = useFormat();
  const business = useBusiness();
  const steps = useRules().data?.steps ?? [];
  const of = profile.of ?? 10;
  return (
    <div>
      <div className="w-full max-w-[21.5rem]" style={coloursOf(lookOf(business))}>
        <Card
          shop={business.name}
          logo={business.logo_url}
          picture={business.picture}
          holder={profile.first_name}
          balance={Math.min(profile.balance, of)}
          of={of}
          steps={steps}
          label={t.label(profile.balance, of)}
          name={t.name(business.name)}
        />
      </div>
      {profile.stamps_until ? (
        <p className="mt-2 text-12 text-muted">{t.until(calendarDay(profile.stamps_until))}</p>
      ) : null}
    </div>
  );
}
