import { LinkButton } from "@sello/ui/button";
import { Page, Section, Split, Stack, Two } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import { useSession } from "../session/use-session";
import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Away } from "./away";
import { Back } from "./back";
import { DayPlot } from "./day-plot";
import { Facts } from "./facts";
import { Feed } from "./feed";
import { texts } from "./texts";
import { ToDo } from "./to-do";
import { useHome, type Home } from "./use-home";
import { dayInWords } from "./words";

/**
 * How is today, who comes back, who is slipping away, what to do: one page, and it follows by itself.
 * While a shop is not set up, `start` stands here until somebody came, and `nextStep` over it from then on.
 */
export function HomePage({ start, nextStep }: { start: ReactNode; nextStep: ReactNode }) {
  const t = useTexts(texts);
  const { branches } = useSession();
  const [query, setQuery] = useSearchParams();
  const branch = branches.find(({ id }) => id === query.get("sede"))?.id ?? null;
  const home = useHome(branch);
  const isNew = home.hours.data?.visits === 0 && home.metrics.data?.last_30_days.visits.value === 0;
  const neverCame = isNew && branch === null && home.metrics.data?.lost.value === 0;
  if (neverCame && start) {
    return (
      <Stack>
        {start}
        <FirstSections />
      </Stack>
    );
  }
  return (
    <Split>
      <Stack>
        {nextStep}
        {branches.length > 1 ? (
          <Segments
            label={t.branch}
            value={branch ?? ""}
            onChange={(id) => setQuery(id ? { sede: id } : {}, { replace: true })}
            options={[{ value: "", label: t.all }, ...branches.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        ) : null}
        {neverCame ? <First owner={home.owner} /> : <Today home={home} />}
        {neverCame ? (
          <FirstSections />
        ) : (
          <Two>
            <Back home={home} />
            <Away home={home} />
          </Two>
        )}
        {home.owner && !neverCame && home.metrics.data ? <ToDo home={home} /> : null}
      </Stack>
      <Feed branchId={branch} />
    </Split>
  );
}

function Today({ home }: { home: Home }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const { when } = useFormat();
  const { data: day, error, refetch } = home.hours;
  if (error && !day) return <Trouble level={1} error={error} onRetry={() => void refetch()} />;
  if (!day) {
    return (
      <Loading>
        <h1 className="sr-only">{t.title}</h1>
        <Skeleton className="h-3 w-32" />
        <Skeleton className="mt-3 h-7 w-[min(32rem,92%)]" />
        <Skeleton className="mt-2 h-7 w-[min(24rem,70%)]" />
        <Skeleton className="mt-4 h-24" />
        <Skeleton className="mt-6 w-4/5" />
      </Loading>
    );
  }
  return (
    <div className="[&_h1+div]:mt-0">
      <Page title={dayInWords(day, language)} above={when(day.now)}>
        <div className="-mt-6 max-sm:-mt-5">
          <DayPlot day={day} />
          <Facts home={home} />
        </div>
      </Page>
    </div>
  );
}

function First({ owner }: { owner: boolean }) {
  const t = useTexts(texts).first;
  return (
    <Page
      title={t.title}
      lead={t.text}
      actions={
        owner ? (
          <>
            <LinkButton asChild variant="main">
              <Link to="/app/afiche">{t.poster}</Link>
            </LinkButton>
            <LinkButton asChild>
              <Link to="/app/reglas">{t.rules}</Link>
            </LinkButton>
          </>
        ) : undefined
      }
    >
      {null}
    </Page>
  );
}

function FirstSections() {
  const t = useTexts(texts);
  return (
    <Two>
      <Section title={t.back.title}>
        <p className="text-muted">{t.first.back}</p>
      </Section>
      <Section title={t.away.title}>
        <p className="text-muted">{t.first.away}</p>
      </Section>
    </Two>
  );
}
