import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { LoadMore } from "@sello/ui/pages";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Download } from "lucide-react";

import { useAct, useTellError } from "../act";
import { $api, api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { saveCsv } from "./csv";
import { texts } from "./texts";
import type { Import } from "./use-imports";

type Problem = Body<"ProblemAnswer">;
const PATH = "/api/v1/imports/{import_id}/problems";
const KEPT = 1000;

/** The lines of a file that could not be understood, page by page and as a file. */
export function Problems({ one }: { one: Import }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const path = { import_id: one.id };
  const list = $api.useInfiniteQuery(
    "get",
    PATH,
    { params: { path, query: { limit: 50 } } },
    {
      initialPageParam: null,
      pageParamName: "after",
      getNextPageParam: (last: Body<"Problems">) => last.next ?? undefined,
    },
  );
  const found = list.data?.pages.flatMap((page) => page.problems) ?? [];
  const save = useAct(async () => {
    const all: Problem[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: Body<"Problems"> = await pageOf(one.id, after);
      all.push(...page.problems);
      after = page.next ?? null;
    }
    const rows = all.map((problem) => [problem.line.toString(), problem.found ?? "", problem.message]);
    saveCsv(t.problems.file, [[t.problems.line, t.problems.found, t.problems.why], ...rows]);
  }, []);

  return (
    <Section
      title={t.problems.title}
      lead={one.bad_lines > KEPT ? t.problems.first(format.number(KEPT)) : undefined}
      actions={
        found.length > 0 ? (
          <Button busy={save.isPending} onClick={() => save.mutate(undefined, { onError: tellError })}>
            <Download aria-hidden="true" />
            {t.problems.download}
          </Button>
        ) : undefined
      }
    >
      {list.isPending ? (
        <Loading>
          <Skeleton lines={5} />
        </Loading>
      ) : list.isError ? (
        <Trouble small level={3} error={list.error} onRetry={() => void list.refetch()} />
      ) : found.length === 0 ? (
        <p className="text-muted">{t.problems.gone}</p>
      ) : (
        <>
          <Table label={t.problems.title}>
            <Head>
              <HeadCell numeric>{t.problems.line}</HeadCell>
              <HeadCell>{t.problems.found}</HeadCell>
              <HeadCell>{t.problems.why}</HeadCell>
            </Head>
            <Rows>
              {found.map((problem, place) => (
                <Row key={`${problem.line} ${place}`}>
                  <Cell numeric label={t.problems.line} className="sm:w-16">
                    {format.number(problem.line)}
                  </Cell>
                  <Cell keep className="max-w-64 font-mono wrap-anywhere">
                    {problem.found}
                  </Cell>
                  <Cell full className="wrap-anywhere">
                    {problem.message}
                  </Cell>
                </Row>
              ))}
            </Rows>
          </Table>
          <LoadMore
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
            shown={format.number(found.length)}
            total={format.number(Math.min(one.bad_lines, KEPT))}
          />
        </>
      )}
    </Section>
  );
}

async function pageOf(id: string, after: number): Promise<Body<"Problems">> {
  const { data } = await api.GET(PATH, { params: { path: { import_id: id }, query: { limit: 200, after } } });
  return data ?? { problems: [], next: null };
}
