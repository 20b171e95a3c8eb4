import type { Body } from "@sello/api";
import { Figure, Sparkline } from "@sello/ui/figure";
import { Section } from "@sello/ui/page";
import { Trouble } from "@sello/ui/state";
import { Link } from "react-router";

import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Pair, Pairs, Waiting } from "./back";
import { texts } from "./texts";
import type { Home } from "./use-home";
import { changeInWords } from "./words";

/** Who is slipping away: how many, since when, and for the owner their names. */
export function Away({ home: { metrics, days, away, owner } }: { home: Home }) {
  const { away: t, back: words } = useTexts(texts);
  const language = useLanguage();
  const { number } = useFormat();
  const found = metrics.data;
  if (metrics.isError && !found) {
    return (
      <Section title={t.title}>
        <Trouble small level={3} error={metrics.error} onRetry={() => void metrics.refetch()} />
      </Section>
    );
  }
  if (!found) return <Waiting title={t.title} />;
  const { value, change, definition } = found.at_risk;
  const line = (days.data?.days ?? []).flatMap((day) => (day.at_risk === null ? [] : [day.at_risk]));
  const names = away.data?.customers ?? [];
  return (
    <Section
      title={t.title}
      actions={owner && names.length > 0 ? <SmallLink to="/app/clientes?grupo=riesgo">{t.see}</SmallLink> : undefined}
    >
      {value === null ? (
        <p className="text-muted">{t.whole}</p>
      ) : (
        <>
          <Figure
            label={t.label}
            definition={definition}
            value={number(value)}
            before={changeInWords(change, language, "count")}
            better={change === null || change === 0 ? undefined : change < 0}
          >
            {line.length > 1 ? (
              <Sparkline values={line} label={words.line(number(line[0] ?? 0), number(value))} />
            ) : null}
          </Figure>
          {value === 0 ? (
            <p className="mt-3 text-muted">{t.nobody}</p>
          ) : (
            <ul className="mt-2 divide-y divide-line">
              {names.map((customer) => (
                <Person key={customer.customer_id} customer={customer} />
              ))}
            </ul>
          )}
          <div className={names.length > 0 ? "border-t border-line [&>dl]:mt-0" : ""}>
            <Pairs>
              <Pair name={t.lost} value={number(found.lost.value ?? 0)} />
            </Pairs>
          </div>
        </>
      )}
    </Section>
  );
}

function Person({ customer }: { customer: Body<"AwayAnswer"> }) {
  const t = useTexts(texts).away;
  const { number } = useFormat();
  const { customer_id: id, name, median_gap: gap, days_away: days } = customer;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-2 max-sm:py-0">
      <Link
        to={`/app/clientes/${id}`}
        className="min-w-0 flex-1 truncate font-semibold no-underline hover:underline max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
      >
        {name}
      </Link>
      <span className="text-muted">{gap === null ? t.once(number(days)) : t.rhythm(number(gap), number(days))}</span>
    </li>
  );
}

function SmallLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className="inline-flex items-center text-12 max-sm:min-h-11">
      {children}
    </Link>
  );
}
