import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { LoadMore } from "@sello/ui/pages";
import { Page, Section } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { dayOf } from "./days";
import { LogEntry } from "./entry";
import { Filters } from "./filters";
import { texts } from "./texts";
import { useFilters } from "./use-filters";

/** Who did what at the shop, and when. */
export function AuditPage() {
  const t = useTexts(texts);
  const format = useFormat();
  const filters = useFilters(format.zone);
  const log = $api.useInfiniteQuery(
    "get",
    "/api/v1/audit-log",
    { params: { query: filters.query } },
    {
      initialPageParam: null,
      pageParamName: "cursor",
      getNextPageParam: (last: Body<"AuditPage">) => last.next ?? undefined,
    },
  );
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];

  return (
    <Page title={t.title} lead={t.lead}>
      <Filters filters={filters} />
      {log.isPending ? (
        <Loading>
          <Skeleton lines={8} className="h-6" />
        </Loading>
      ) : log.isError ? (
        <Trouble error={log.error} onRetry={() => void log.refetch()} />
      ) : entries.length === 0 ? (
        <Empty
          title={filters.any ? t.noneFits : t.nothing}
          text={filters.any ? t.noneFitsText : t.nothingText}
          action={filters.any ? <Button onClick={filters.clear}>{t.clear}</Button> : undefined}
        />
      ) : (
        <>
          {byDay(entries, format.zone).map(([day, some]) => (
            <Section key={day} title={format.nearDay(some[0]?.recorded_at ?? day)}>
              <ol>
                {some.map((entry) => (
                  <LogEntry key={entry.id} entry={entry} />
                ))}
              </ol>
            </Section>
          ))}
          {log.hasNextPage ? (
            <LoadMore hasMore busy={log.isFetchingNextPage} onMore={() => void log.fetchNextPage()} auto />
          ) : (
            <p className="mt-4 text-muted">{t.end}</p>
          )}
        </>
      )}
    </Page>
  );
}

function byDay(entries: Body<"AuditEntry">[], zone: string): [string, Body<"AuditEntry">[]][] {
  const days = new Map<string, Body<"AuditEntry">[]>();
  for (const entry of entries) {
    const day = dayOf(entry.recorded_at, zone);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}
