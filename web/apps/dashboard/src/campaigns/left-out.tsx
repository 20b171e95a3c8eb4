import { LoadMore } from "@sello/ui/pages";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, RowLink, Rows, Table } from "@sello/ui/table";
import { Link } from "react-router";

import { $api } from "../api";
import { useWhy } from "../messages/use-why";
import { texts as messages } from "../messages/words";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Campaign } from "./types";
import { texts } from "./words/campaign";

/** Everybody who matches and does not get it, each with the reason in plain words. */
export function LeftOut({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const m = useTexts(messages);
  const why = useWhy();
  const { when } = useFormat();
  const query = $api.useInfiniteQuery(
    "get",
    "/api/v1/campaigns/{campaign_id}/left-out",
    { params: { path: { campaign_id: campaign.id }, query: { limit: 50 } } },
    { pageParamName: "cursor", initialPageParam: null, getNextPageParam: (page) => page.next },
  );
  // Whoever was meant before for the same reason got their message then.
  const all = query.data?.pages.flatMap((page) => page.customers) ?? [];
  const found = all.filter(({ reason }) => reason !== "already");
  return (
    <Section title={t.leftOut}>
      {query.isPending ? (
        <Loading>
          <Skeleton lines={4} className="h-6" />
        </Loading>
      ) : query.isError && all.length === 0 ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : found.length === 0 && !query.hasNextPage ? (
        <p className="text-muted">{t.leftOutNone}</p>
      ) : (
        <>
          <Table label={t.leftOutTable}>
            <Head>
              <HeadCell>{t.customer}</HeadCell>
              <HeadCell>{t.reason}</HeadCell>
            </Head>
            <Rows>
              {found.map((each) => (
                <Row key={each.customer_id}>
                  <Cell className="max-w-60" full>
                    {each.name === null ? (
                      <span className="text-muted">{t.erased}</span>
                    ) : (
                      <RowLink asChild className="block truncate">
                        <Link to={`/app/clientes/${each.customer_id}`}>{each.name}</Link>
                      </RowLink>
                    )}
                  </Cell>
                  <Cell full>
                    {why.reason(each.reason)}
                    {each.until ? <span className="text-muted">, {m.until(when(each.until))}</span> : null}
                  </Cell>
                </Row>
              ))}
            </Rows>
          </Table>
          <LoadMore
            hasMore={query.hasNextPage}
            busy={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
          />
        </>
      )}
    </Section>
  );
}
