import { Skeleton } from "@sello/ui/state";

import { useFormat } from "../use-format";
import { useTexts } from "../texts";
import { openRewards } from "./owed";
import { texts } from "./texts";
import type { Home } from "./use-home";

/** The day's other numbers in one line. */
export function Facts({ home }: { home: Home }) {
  const t = useTexts(texts);
  const { number, money } = useFormat();
  const day = home.hours.data;
  const today = home.metrics.data?.today;
  if (!day) return <Skeleton className="mt-4 w-4/5" />;
  const facts = [t.stamps(number(day.stamps)), t.rewards(number(day.rewards))];
  if (today && today.new_cards.value !== null) facts.push(t.newCards(number(today.new_cards.value)));
  if (home.owed.data) facts.push(t.ready(number(openRewards(home.owed.data))));
  const noted = today?.amount_centimos?.value ?? 0;
  if (noted > 0) facts.push(t.money(money(noted / 100)));
  return (
    <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-1">
      {facts.map(([value, what]) => (
        <li key={what}>
          <b>{value}</b> {what}
        </li>
      ))}
    </ul>
  );
}
