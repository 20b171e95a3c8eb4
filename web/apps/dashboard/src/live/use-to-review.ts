import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useSession } from "../session/use-session";
import { useRefreshOn } from "./use-live";

const MOST = 100;
const ASK = { params: { query: { unseen: true, limit: MOST } } } as const;
const EVENTS: ReadonlySet<string> = new Set(["FraudSignalled"]);

/** How many notices nobody has looked at: `0` for whoever may not see them, `100` stands for many. */
export function useToReview(): number {
  const queries = useQueryClient();
  const owner = useSession().role === "owner";
  const { data } = $api.useQuery("get", "/api/v1/fraud-signals", ASK, { enabled: owner, staleTime: 60_000 });
  const { queryKey } = $api.queryOptions("get", "/api/v1/fraud-signals", ASK);
  useRefreshOn(EVENTS, () => owner && void queries.invalidateQueries({ queryKey }), 200);
  return data?.signals.length ?? 0;
}
