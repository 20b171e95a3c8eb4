import type { Body } from "@sello/api";
import { Sheet } from "@sello/ui/dialog";
import { LoadMore } from "@sello/ui/pages";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type Of = { device_id?: string; account_id?: string };

/** Who signed in on which till when: all of it, of one till, or of one person. */
export function SignIns({ of, name, onClose }: { of: Of; name?: string; onClose: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/v1/sign-ins",
    { params: { query: of } },
    {
      initialPageParam: null,
      pageParamName: "cursor",
      getNextPageParam: (last: Body<"SignInPage">) => last.next ?? undefined,
    },
  );
  const found = list.data?.pages.flatMap((page) => page.sign_ins) ?? [];
  return (
    <Sheet open onOpenChange={onClose} title={name ? t.ins.title(name) : t.ins.all}>
      {list.isPending ? (
        <Loading>
          <Skeleton lines={6} />
        </Loading>
      ) : list.isError ? (
        <Trouble small level={3} error={list.error} onRetry={() => void list.refetch()} />
      ) : found.length === 0 ? (
        <Empty small level={3} title={t.ins.none} text={t.ins.noneText} />
      ) : (
        <>
          <ul className="divide-y divide-line">
            {found.map((one) => (
              <li key={one.id} className="py-2">
                <p className="flex flex-wrap justify-between gap-x-4">
                  <b className="min-w-0 wrap-anywhere">{of.account_id ? one.device_name : one.account_name}</b>
                  <time dateTime={one.recorded_at}>{format.when(one.recorded_at)}</time>
                </p>
                <p className="wrap-anywhere text-muted">
                  {of.device_id || of.account_id ? "" : `${t.ins.on(one.device_name)}, `}
                  {t.ins[one.means]}
                </p>
              </li>
            ))}
          </ul>
          <LoadMore
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
    </Sheet>
  );
}
