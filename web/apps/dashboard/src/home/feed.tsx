import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { cx } from "@sello/ui/cx";
import { Ring } from "@sello/ui/mark";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { useWords } from "@sello/ui/words";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";

import { api } from "../api";
import { LiveTag } from "../live/live-tag";
import { useRefreshOn } from "../live/use-live";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { happeningInWords, isLate } from "./feed-words";
import { texts } from "./texts";

type Happening = Body<"Happening">;

const PATH = "/api/v1/happenings";
const NOTHING: Body<"Happenings"> = { happenings: [], next: null };
const TOLD: ReadonlySet<string> = new Set([
  "StampAdded",
  "BonusAdded",
  "RewardEarned",
  "RewardRedeemed",
  "StampVoided",
  "RedemptionVoided",
  "CustomerEnrolled",
  "CustomerErased",
]);

/** The till roll: what happened in the shop, the latest first, as it happens. */
export function Feed({ branchId }: { branchId: string | null }) {
  const t = useTexts(texts).feed;
  const words = useWords();
  const queries = useQueryClient();
  const { nearDay } = useFormat();
  const feed = useInfiniteQuery({
    queryKey: ["get", PATH, branchId],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: 12,
        ...(branchId === null ? {} : { branch_id: branchId }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      const { data } = await api.GET(PATH, { params: { query }, signal });
      return data ?? NOTHING;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  useRefreshOn(TOLD, () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === PATH }), 100);
  const happenings = feed.data?.pages.flatMap((page) => page.happenings) ?? [];
  return (
    <aside aria-labelledby="feed" className="till-roll lg:sticky lg:top-6">
      <header className="flex items-center justify-between gap-3 border-b border-dashed border-edge pb-3">
        <h2 id="feed">{t.title}</h2>
        <LiveTag />
      </header>
      {feed.isPending ? (
        <Loading>
          {Array.from({ length: 8 }, (_, index) => (
            <Skeleton key={index} className="mt-5 h-8" />
          ))}
        </Loading>
      ) : feed.isError && happenings.length === 0 ? (
        <Trouble small level={3} error={feed.error} onRetry={() => void feed.refetch()} />
      ) : happenings.length === 0 ? (
        <Empty small level={3} title={t.empty} text={t.emptyText} />
      ) : (
        <ol className="divide-y divide-line">
          {happenings.map((one, index) => (
            <Line key={one.id} one={one} day={dayChange(happenings[index - 1], one, nearDay)} />
          ))}
        </ol>
      )}
      {feed.hasNextPage ? (
        <Button variant="quiet" wide busy={feed.isFetchingNextPage} onClick={() => void feed.fetchNextPage()}>
          {words.more}
        </Button>
      ) : null}
    </aside>
  );
}

/** The day of a line when it is another than that of the line above; of the first line, when it is not today. */
function dayChange(above: Happening | undefined, one: Happening, dayOf: (at: string) => string): string | null {
  const day = dayOf(one.at);
  return day === dayOf(above?.at ?? new Date().toISOString()) ? null : day;
}

function Line({ one, day }: { one: Happening; day: string | null }) {
  const t = useTexts(texts).feed;
  const { time, when } = useFormat();
  const { role, branches } = useSession();
  const hit = one.what === "redemption" || one.what === "reward";
  const branch = branches.length > 1 ? branches.find(({ id }) => id === one.branch_id)?.name : undefined;
  const under = [
    one.by,
    branch,
    one.what === "enrolment" && one.source ? t.sources[one.source] : undefined,
    one.taken_back ? t.takenBack : undefined,
  ].filter(Boolean);
  return (
    <li className="grid animate-rise grid-cols-[2.5rem_1rem_minmax(0,1fr)] gap-x-2 py-2">
      {day ? <p className="col-span-full mb-1 text-12 font-semibold text-muted">{day}</p> : null}
      <time dateTime={one.at} className="text-12 leading-5 text-muted">
        {time(one.visited_at ?? one.at)}
      </time>
      <Ring className={cx("mt-0.5 size-4", hit ? "text-accent" : "text-ghost")} />
      <span className="wrap-anywhere">
        <Name one={one} linked={role === "owner"} />{" "}
        <span className={cx(one.taken_back && "text-muted line-through")}>{happeningInWords(t, one)}</span>
      </span>
      {under.length > 0 || isLate(one) ? (
        <small className="col-start-3 text-12 wrap-anywhere text-muted">
          {[...under, ...(isLate(one) ? [t.late(when(one.at))] : [])].join(" · ")}
        </small>
      ) : null}
    </li>
  );
}

function Name({ one, linked }: { one: Happening; linked: boolean }) {
  const t = useTexts(texts).feed;
  if (one.customer === null) return <span className="text-muted">{t.erased}</span>;
  if (!linked || one.customer_id === null || one.what === "enrolment") return <b>{one.customer}</b>;
  return (
    <Link to={`/app/clientes/${one.customer_id}`} className="font-[650] no-underline hover:underline">
      {one.customer}
    </Link>
  );
}
