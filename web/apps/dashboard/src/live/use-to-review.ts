import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useSession } from "../session/use-session";
import { useRefreshOn } from "./use-live";

const MOST = 100;
const ASK = { params: { query: { unseen: true, limit: MOST } } } as const;
const ALERTS = { params: { query: { unseen: true, limit: 1 } } } as const;
const EVENTS: ReadonlySet<string> = new Set(["FraudSignalled", "CampaignAlerted"]);

/** What nobody has looked at: odd stamps, of which `100` stands for many, and news of campaigns; `0` for whoever may not see. */
export function useToReview(): { odd: number; campaigns: number } {
  const queries = useQueryClient();
  const owner = useSession().role === "owner";
  const { data } = $api.useQuery("get", "/api/v1/fraud-signals", ASK, { enabled: owner, staleTime: 60_000 });
  const { queryKey } = $api.queryOptions("get", "/api/v1/fraud-signals", ASK);
  const alerts = $api.useQuery("get", "/api/v1/campaign-alerts", ALERTS, { enabled: owner, staleTime: 60_000 });
  const refresh = () =>
    void queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) => path === queryKey[1] || path === "/api/v1/campaign-alerts",
    });
  useRefreshOn(
    EVENTS,
    () => {
      if (owner) refresh();
    },
    200,
  );
  return { odd: data?.signals.length ?? 0, campaigns: alerts.data?.unseen ?? 0 };
}
