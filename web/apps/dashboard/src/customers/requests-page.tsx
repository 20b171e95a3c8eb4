import type { Body } from "@sello/api";
import { Page } from "@sello/ui/page";
import { LoadMore } from "@sello/ui/pages";
import { Segments } from "@sello/ui/segments";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { AnswerDialog } from "./answer-dialog";
import { RequestLine, type PrivacyRequest } from "./request-line";
import { useFresh } from "./use-fresh";
import { texts } from "./words/requests";

/** What people asked for about their data, with the days that are left for an answer. */
export function RequestsPage() {
  const t = useTexts(texts);
  const [params, setParams] = useSearchParams();
  const waiting = params.get("ver") !== "todos";
  const [answering, setAnswering] = useState<PrivacyRequest | null>(null);
  useFresh();
  const query = $api.useInfiniteQuery(
    "get",
    "/api/v1/privacy-requests",
    { params: { query: { waiting, limit: 50 } } },
    { pageParamName: "cursor", initialPageParam: null, getNextPageParam: (page: Body<"Requests">) => page.next },
  );
  const requests = query.data?.pages.flatMap((page) => page.requests) ?? [];
  const shown = waiting ? [...requests].sort((one, other) => one.due_on.localeCompare(other.due_on)) : requests;
  const none = waiting ? t.none : t.noneEver;
  return (
    <Page title={t.title} lead={t.lead} above={<Link to="/app/clientes">{t.customers}</Link>}>
      <Segments
        label={t.show}
        value={waiting ? "waiting" : "all"}
        onChange={(value) => setParams(value === "all" ? { ver: "todos" } : {}, { replace: true })}
        options={[
          { value: "waiting", label: t.waiting },
          { value: "all", label: t.all },
        ]}
      />
      {query.error && !query.data ? (
        <Trouble error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading>
          <Skeleton lines={6} className="mt-4 h-6" />
        </Loading>
      ) : shown.length === 0 ? (
        <Empty title={none.title} text={none.text} />
      ) : (
        <ul>
          {shown.map((request) => (
            <RequestLine key={request.id} request={request} named level={2} onAnswer={() => setAnswering(request)} />
          ))}
        </ul>
      )}
      <LoadMore hasMore={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
      {answering ? <AnswerDialog request={answering} onClose={() => setAnswering(null)} /> : null}
    </Page>
  );
}
