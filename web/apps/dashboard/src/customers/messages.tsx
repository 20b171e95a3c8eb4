import { LoadMore } from "@sello/ui/pages";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";
import { Link } from "react-router";

import { $api } from "../api";
import { useWhy } from "../messages/use-why";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Profile } from "./use-card";
import { texts } from "./words/messages";

type Found = ReturnType<typeof useMessages>["found"][number];

const SHAPES: Readonly<Record<string, "ok" | "wait" | "off" | "bad">> = {
  planned: "wait",
  claimed: "wait",
  unknown: "wait",
  accepted: "wait",
  sent: "wait",
  delivered: "ok",
  read: "ok",
  failed: "bad",
  released: "off",
};
const PAGE = 20;

/** What was written to somebody and what became of it, newest first. */
export function Messages({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { query, found } = useMessages(profile.id);
  return (
    <Section title={t.title}>
      {query.isPending ? (
        <Loading>
          <Skeleton lines={3} className="h-5" />
        </Loading>
      ) : query.isError && found.length === 0 ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : found.length === 0 ? (
        <p className="text-muted">{t.none}</p>
      ) : (
        <>
          <ol>
            {found.map((message) => (
              <MessageLine key={message.id} message={message} />
            ))}
          </ol>
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

function useMessages(id: string) {
  const query = $api.useInfiniteQuery(
    "get",
    "/api/v1/customers/{customer_id}/messages",
    { params: { path: { customer_id: id }, query: { limit: PAGE } } },
    { pageParamName: "before", initialPageParam: null, getNextPageParam: (page) => page.next },
  );
  return { query, found: query.data?.pages.flatMap((page) => page.messages) ?? [] };
}

function MessageLine({ message }: { message: Found }) {
  const t = useTexts(texts);
  const why = useWhy();
  const { when } = useFormat();
  const { state, error_code: code } = message;
  const because =
    state === "released" && message.why
      ? why.released(message.why, code)
      : state === "failed" && code !== null
        ? why.error(code)
        : null;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-t border-line py-2 first:border-0">
      <p className="min-w-0 font-semibold wrap-anywhere">
        {message.campaign_id ? (
          <Link to={`/app/campanas/${message.campaign_id}`}>{message.campaign_name}</Link>
        ) : message.what ? (
          (t.replies[message.what] ?? t.reply)
        ) : (
          t.reply
        )}
      </p>
      <Tag state={SHAPES[state] ?? "off"}>{why.state(state)}</Tag>
      <p className="col-span-full text-12 text-muted">
        {when(message.at)}
        {message.clicked_at ? ` · ${t.clicked}` : ""}
        {message.code ? ` · ${t.code(message.code)}${message.code_redeemed_at ? `, ${t.used}` : ""}` : ""}
      </p>
      {because ? <p className="col-span-full text-12">{because}</p> : null}
    </li>
  );
}
