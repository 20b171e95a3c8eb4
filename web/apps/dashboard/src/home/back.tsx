import { Figure, Sparkline } from "@sello/ui/figure";
import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import type { ReactNode } from "react";

import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import type { Home } from "./use-home";
import { changeInWords } from "./words";

/** Who comes back: the share of last month's customers who came again. */
export function Back({ home: { metrics, days } }: { home: Home }) {
  const t = useTexts(texts).back;
  const language = useLanguage();
  const { number, percent } = useFormat();
  const found = metrics.data;
  if (metrics.isError && !found) {
    return (
      <Section title={t.title}>
        <Trouble small level={3} error={metrics.error} onRetry={() => void metrics.refetch()} />
      </Section>
    );
  }
  if (!found) return <Waiting title={t.title} />;
  const { value, change, definition } = found.retention;
  const line = (days.data?.days ?? []).flatMap((day) => (day.retention === null ? [] : [day.retention]));
  const from = line[0];
  const to = line.at(-1);
  return (
    <Section title={t.title}>
      {value === null ? (
        <p className="text-muted">{t.none}</p>
      ) : (
        <Figure
          label={t.label}
          definition={definition}
          value={number(value * 100)}
          unit="%"
          before={changeInWords(change, language, "points")}
          better={change === null || Math.round(change * 100) === 0 ? undefined : change > 0}
        >
          {from !== undefined && to !== undefined && line.length > 1 ? (
            <Sparkline values={line} label={t.line(percent(from), percent(to))} />
          ) : null}
        </Figure>
      )}
      <Pairs>
        <Pair name={t.active} value={number(found.active_customers.value ?? 0)} />
        <Pair name={t.visits} value={number(found.last_30_days.visits.value ?? 0)} />
        {found.last_30_days.new_cards.value === null ? null : (
          <Pair name={t.fresh} value={number(found.last_30_days.new_cards.value)} />
        )}
      </Pairs>
    </Section>
  );
}

/** The place of a section whose numbers are on their way. */
export function Waiting({ title }: { title: string }) {
  return (
    <Section title={title}>
      <Skeleton className="h-11" />
      <Skeleton className="mt-3 w-3/5" />
      <Skeleton className="mt-8" />
      <Skeleton className="mt-5" />
    </Section>
  );
}

/** Names and their numbers under hairlines. */
export function Pairs({ children }: { children: ReactNode }) {
  return <dl className="mt-2 divide-y divide-line">{children}</dl>;
}

/** One of them. */
export function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex items-baseline gap-3 py-2">
      <dt className="flex-1">{name}</dt>
      <dd className="font-semibold">{value}</dd>
    </div>
  );
}
