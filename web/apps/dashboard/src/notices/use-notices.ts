import type { Body } from "@sello/api";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";

import { api } from "../api";
import { useRefreshOn } from "../live/use-live";

export type Group = "open" | "seen";

const LIST = "/api/v1/fraud-signals";
const NOTHING: Body<"FraudSignals"> = { signals: [], next: null };
const STAMPS = "/api/v1/fraud-signals/{signal_id}/stamps";
const NEW: ReadonlySet<string> = new Set(["FraudSignalled", "StampVoided"]);

/** The notices of a group, kept fresh by live messages, and a way to ask for all of them again. */
export function useNotices(group: Group) {
  const queries = useQueryClient();
  const again = () =>
    queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === LIST || queryKey[1] === STAMPS });
  const notices = useInfiniteQuery({
    queryKey: ["get", LIST, group, "pages"],
    queryFn: async ({ pageParam, signal }) => {
      const wish = group === "open" ? { unseen: true } : { seen: true };
      const query = { ...wish, limit: 20, ...(pageParam === null ? {} : { before: pageParam }) };
      const { data } = await api.GET(LIST, { params: { query }, signal });
      return data ?? NOTHING;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  useRefreshOn(NEW, () => void again(), 400);
  return { ...notices, again };
}
