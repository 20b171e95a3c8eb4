import { LinkButton } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Empty } from "@sello/ui/state";
import { Link } from "react-router";

import { useToReview } from "../live/use-to-review";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { endingRewards } from "./owed";
import { texts } from "./texts";
import { whatToDo, type Act } from "./todo";
import type { Home } from "./use-home";

/** What to do now, in the order of how pressing it is; each with the place where it is done. */
export function ToDo({ home: { metrics, owed } }: { home: Home }) {
  const t = useTexts(texts).todo;
  const { odd: toReview } = useToReview();
  const acts = whatToDo({
    toReview,
    atRisk: metrics.data?.at_risk.value ?? null,
    ending: owed.data ? endingRewards(owed.data) : null,
    newCards: metrics.data?.last_30_days.new_cards.value ?? null,
    visits: metrics.data?.last_30_days.visits.value ?? null,
  });
  return (
    <Section title={t.title}>
      {acts.length === 0 ? (
        <Empty small level={3} title={t.calm} text={t.calmText} />
      ) : (
        <ol className="divide-y divide-line">
          {acts.map((act, index) => (
            <Item key={act.what} act={act} first={index === 0} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function Item({ act, first }: { act: Act; first: boolean }) {
  const t = useTexts(texts).todo;
  const { number } = useFormat();
  const said = {
    notices: [t.notices(act.count), t.noticesText, t.noticesAct],
    ending: [t.ending(number(act.count)), t.endingText, t.endingAct],
    away: [t.away(number(act.count)), t.awayText, t.awayAct],
    poster: [t.poster, t.posterText, t.posterAct],
  }[act.what];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0">
      <div className="min-w-0 flex-[1_1_16rem]">
        <h3>{said[0]}</h3>
        <p className="text-muted">{said[1]}</p>
      </div>
      <LinkButton asChild variant={first ? "main" : "plain"} className="max-sm:w-full sm:min-w-32">
        <Link to={act.to}>{said[2]}</Link>
      </LinkButton>
    </li>
  );
}
