import { Split } from "@sello/ui/page";
import { Note } from "@sello/ui/note";
import { Pill } from "@sello/ui/tag";
import type { ReactNode } from "react";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { LiftPlot } from "./lift-plot";
import { extra, points } from "./points";
import type { Lift } from "./types";
import { texts } from "./words/campaign";

type VerdictProps = { lift: Lift; costCentimos: number; children?: ReactNode };

/** The sentence that answers whether it worked, the plot that shows it, both groups beside it. */
export function Verdict({ lift, costCentimos, children }: VerdictProps) {
  const t = useTexts(texts);
  const { money } = useFormat();
  const { visitors } = lift;
  const verdict = lift.state === "measured" && visitors ? visitors.verdict : lift.state;
  const known = verdict === "measured" ? "not_shown" : verdict;
  const more = visitors ? extra(lift.message.customers, visitors) : null;
  return (
    <Split>
      <div>
        <Pill tone={known === "more" ? "ok" : known === "waiting" ? "wait" : "plain"}>{t.verdicts[known]}</Pill>
        <Said lift={lift} />
        {lift.state === "measured" ? <LiftPlot difference={visitors} tall /> : null}
        {known === "not_shown" || known === "too_few" ? (
          <Note className="mt-4">
            <b>{t.next}</b> {t.nextText}
          </Note>
        ) : null}
      </div>
      <dl className="divide-y divide-line">
        <Arm name={t.arms.message} arm={lift.message} />
        <Arm name={t.arms.holdout} arm={lift.holdout} />
        <Pair name={t.spent}>
          <b>{money(costCentimos / 100)}</b>
        </Pair>
        <Pair name={t.perHead}>
          {known === "more" && more && more.about > 0 ? (
            <b>{money(costCentimos / 100 / more.about)}</b>
          ) : (
            <span className="text-muted">{t.notSayable}</span>
          )}
        </Pair>
        {children}
      </dl>
    </Split>
  );
}

function Said({ lift }: { lift: Lift }) {
  const t = useTexts(texts);
  const { number, calendarDay } = useFormat();
  const { visitors, state } = lift;
  const more = visitors ? extra(lift.message.customers, visitors) : null;
  let words: string;
  if (state === "waiting") words = lift.ready_on ? t.said.waiting(calendarDay(lift.ready_on)) : t.said.waitingSome;
  else if (state === "too_few" || !visitors || !more) words = t.said.tooFew(lift.least_held_out);
  else if (visitors.verdict === "more") words = t.said.more(number(more.about), number(more.low), number(more.high));
  else if (visitors.verdict === "less") words = t.said.less;
  else words = t.said.notShown(t.points(points(visitors.difference)));
  return <p className="mt-2 mb-4 max-w-[52ch] text-20 leading-7 text-balance">{words}</p>;
}

function Arm({ name, arm }: { name: string; arm: Lift["message"] }) {
  const t = useTexts(texts);
  const { number, percent } = useFormat();
  return (
    <Pair name={name}>
      {arm.customers > 0 ? (
        <>
          <b>{percent(arm.visitors / arm.customers, 1)}</b>{" "}
          <span className="text-muted">{t.ofN(number(arm.visitors), number(arm.customers))}</span>
        </>
      ) : (
        <span className="text-muted">–</span>
      )}
    </Pair>
  );
}

/** A name and what it is, side by side. */
export function Pair({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-2 first:pt-0">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 text-right wrap-anywhere">{children}</dd>
    </div>
  );
}
