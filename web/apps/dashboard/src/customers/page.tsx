import { toast } from "@sello/ui/toast";
import { Button } from "@sello/ui/button";
import { Page } from "@sello/ui/page";
import { Loading, Skeleton, tell, Trouble } from "@sello/ui/state";
import { Download, UserPlus } from "lucide-react";
import { useCallback, useState } from "react";
import { useSearchParams } from "react-router";

import { number } from "../format";
import { useTexts } from "../texts";
import { AddDialog } from "./add-dialog";
import { addressOf, filtersOf, isNarrowed, newcomerOf, type Filters } from "./filters";
import { List } from "./list";
import { ListMenu } from "./list-menu";
import { NobodyHere } from "./nobody-here";
import { PendingDialog } from "./pending-dialog";
import { PickedBar } from "./picked-bar";
import { Tools } from "./tools";
import { useCounts, useDirectory, type Entry } from "./use-directory";
import { useFile } from "./use-file";
import { useFreshCounts } from "./use-fresh";
import { WaitingNote } from "./waiting-note";
import { texts } from "./words/list";

const MOST_PICKED = 100;

/** The shop's customers: groups, search as one types, an endless list of them, a file of what is shown. */
export function CustomersPage() {
  const t = useTexts(texts);
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const change = useCallback(
    (part: Partial<Filters>) =>
      setParams((now) => addressOf({ ...filtersOf(now), ...part }), {
        replace: "text" in part,
        preventScrollReset: true,
      }),
    [setParams],
  );
  const [adding, setAdding] = useState<{ name: string; phone: string } | null>(null);
  const counts = useCounts().data;
  const file = useFile();
  useFreshCounts();
  const lead =
    counts &&
    (counts.all === 1 ? t.leadOne : t.lead(number(counts.all), counts.active > 0 ? number(counts.active) : ""));
  return (
    <Page
      title={t.title}
      lead={counts && counts.all > 0 ? lead : <Skeleton className={counts ? "hidden" : "mt-1 w-64"} />}
      actions={
        <>
          <Button variant="quiet" className="max-sm:hidden" busy={file.busy} onClick={() => file.save(filters)}>
            <Download aria-hidden="true" />
            {t.file}
          </Button>
          <ListMenu onFile={() => file.save(filters)} />
          <Button variant="main" onClick={() => setAdding({ name: "", phone: "" })}>
            <UserPlus aria-hidden="true" />
            {t.add}
          </Button>
        </>
      }
    >
      <WaitingNote />
      <Tools filters={filters} onChange={change} onDown={focusFirst} />
      <Found filters={filters} onChange={change} onAdd={() => setAdding(newcomerOf(filters.text))} />
      {adding ? <AddDialog newcomer={adding} onClose={() => setAdding(null)} /> : null}
    </Page>
  );
}

type FoundProps = { filters: Filters; onChange: (part: Partial<Filters>) => void; onAdd: () => void };

function Found({ filters, onChange, onAdd }: FoundProps) {
  const t = useTexts(texts);
  const query = useDirectory(filters);
  const counts = useCounts().data;
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [confirming, setConfirming] = useState<Entry | null>(null);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const near = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  const pick = (id: string, on: boolean) => {
    if (on && picked.size >= MOST_PICKED) return toast({ text: t.tooMany, tone: "bad" });
    const next = new Set(picked);
    if (on) next.add(id);
    else next.delete(id);
    setPicked(next);
  };
  if (!query.data) {
    if (query.error) return <Trouble error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Loading>
        <Skeleton lines={12} className="h-6" />
      </Loading>
    );
  }
  // Without a signal the answer waits: what other filters let through is not shown for it.
  if (query.isPlaceholderData && query.fetchStatus === "paused")
    return <Trouble error={NO_SIGNAL} onRetry={() => void query.refetch()} />;
  const entries = query.data.pages.flatMap((page) => page.customers);
  const total = isNarrowed({ ...filters, group: "all" }) ? undefined : counts?.[filters.group];
  const shown = hasNextPage ? t.foundMore(number(entries.length)) : t.found(number(entries.length));
  return (
    <>
      <p role="status" className={entries.length > 0 && isNarrowed(filters) ? "my-2 text-12 text-muted" : "sr-only"}>
        {query.isPlaceholderData ? t.searching : total === undefined ? shown : t.found(number(total))}
      </p>
      {entries.length === 0 ? (
        <NobodyHere
          filters={filters}
          onClear={() => onChange({ text: "", group: "all", marketing: null })}
          onAdd={onAdd}
        />
      ) : (
        <List
          stale={query.isPlaceholderData}
          entries={entries}
          of={query.data.pages[0]?.of ?? 10}
          order={filters.order}
          total={total}
          picked={picked}
          onPick={pick}
          onConfirm={setConfirming}
          onNear={near}
        />
      )}
      {isFetchNextPageError ? (
        <p role="alert" className="flex flex-wrap items-center gap-3 py-3">
          {t.moreTrouble} {tell(query.error).message}
          <Button onClick={() => void fetchNextPage()}>{t.more}</Button>
        </p>
      ) : null}
      {query.isFetchingNextPage ? (
        <Loading>
          <Skeleton lines={3} className="my-2 h-6" />
        </Loading>
      ) : null}
      <PickedBar picked={picked} onClear={() => setPicked(new Set())} />
      {confirming ? <PendingDialog entry={confirming} onClose={() => setConfirming(null)} /> : null}
    </>
  );
}

const NO_SIGNAL = { code: "no_signal" };

function focusFirst(): void {
  document.querySelector<HTMLElement>("[data-index='0'] a")?.focus();
}
