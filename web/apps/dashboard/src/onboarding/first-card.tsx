import { $api } from "../api";
import { lookOf } from "../card/look";
import { BLANK_CARD, ShopCard } from "../card/shop-card";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { texts } from "./texts";

/** The card as the first customer will hold it. */
export function FirstCard() {
  const t = useTexts(texts);
  const business = useBusiness();
  const rules = $api.useQuery("get", "/api/v1/reward-rules", {}, { retry: false, enabled: business.rule_version > 0 });
  const card = rules.data ? { of: rules.data.steps.at(-1)?.at ?? 10, steps: rules.data.steps } : BLANK_CARD;
  return (
    <aside className="grid gap-3 lg:sticky lg:top-6">
      <p className="text-muted">{t.preview}</p>
      <ShopCard look={lookOf(business)} {...card} balance={1} />
      {rules.data ? null : <p className="text-12 text-muted">{t.noRules}</p>}
    </aside>
  );
}
