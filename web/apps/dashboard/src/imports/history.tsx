import type { Body } from "@sello/api";
import { LoadMore } from "@sello/ui/pages";
import { Section } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, RowLink, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import { isOpen, type Import } from "./use-imports";

const SHAPES = { waiting: "wait", running: "wait", done: "ok", refused: "bad", expired: "off" } as const;
const LOOK_EVERY = 3000;

/** What was brought along before, the newest first. */
export function History() {
  const t = useTexts(texts);
  const list = $api.useInfiniteQuery(
    "get",
    "/api/v1/imports",
    { params: { query: { limit: 20 } } },
    {
      initialPageParam: null,
      pageParamName: "cursor",
      getNextPageParam: (last: Body<"Imports">) => last.next ?? undefined,
      refetchInterval: (query) =>
        query.state.data?.pages.some((page: Body<"Imports">) => page.imports.some(isOpen)) ? LOOK_EVERY : false,
    },
  );
  const found = list.data?.pages.flatMap((page) => page.imports) ?? [];
  return (
    <Section title={t.history}>
      {list.isPending ? (
        <Loading>
          <Skeleton lines={3} className="h-8" />
        </Loading>
      ) : list.isError ? (
        <Trouble small level={3} error={list.error} onRetry={() => void list.refetch()} />
      ) : found.length === 0 ? (
        <Empty small level={3} title={t.historyNone} text={t.historyNoneText} />
      ) : (
        <>
          <Table label={t.history}>
            <Head>
              <HeadCell>{t.when}</HeadCell>
              <HeadCell>{t.what}</HeadCell>
              <HeadCell>{t.state}</HeadCell>
              <HeadCell>{t.entered}</HeadCell>
            </Head>
            <Rows>
              {found.map((one) => (
                <HistoryRow key={one.id} one={one} />
              ))}
            </Rows>
          </Table>
          <LoadMore
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
    </Section>
  );
}

function HistoryRow({ one }: { one: Import }) {
  const t = useTexts(texts);
  const format = useFormat();
  const entered = [
    one.new_customers > 0 ? t.customersNew(format.number(one.new_customers)) : "",
    one.new_entries > 0 ? t.entriesNew[one.kind](format.number(one.new_entries)) : "",
    one.bad_lines > 0 ? t.badLines(format.number(one.bad_lines)) : "",
  ].filter(Boolean);
  return (
    <Row>
      <Cell>
        <RowLink asChild>
          <Link to={`?ver=${one.id}`}>{format.when(one.created_at)}</Link>
        </RowLink>
      </Cell>
      <Cell keep>{t.kinds[one.kind]}</Cell>
      <Cell full className="max-sm:row-start-2">
        <Tag state={one.dry_run && one.state === "done" ? "off" : SHAPES[one.state]} className="whitespace-normal">
          {one.dry_run ? t.dry[one.state] : t.states[one.state]}
        </Tag>
      </Cell>
      <Cell full className="text-muted">
        {one.dry_run ? "" : entered.join(", ")}
      </Cell>
    </Row>
  );
}
