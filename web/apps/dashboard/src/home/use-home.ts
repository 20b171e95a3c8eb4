import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useRefreshOn } from "../live/use-live";
import { useSession } from "../session/use-session";

const CHANGES: ReadonlySet<string> = new Set([
  "StampAdded",
  "StampVoided",
  "BonusAdded",
  "RewardEarned",
  "RewardRedeemed",
  "RedemptionVoided",
  "CustomerEnrolled",
  "CardConfirmed",
  "CardMerged",
  "CustomerErased",
  "DayClosed",
]);
const COUNTED = [1_500, 6_000] as const; // ms after which the numbers that a reaction counts have followed

/** Everything the home page shows, kept fresh by live messages. Names, money and what is owed are the owner's. */
export function useHome(branchId: string | null) {
  const session = useSession();
  const owner = session.role === "owner";
  const queries = useQueryClient();
  const query = { params: { query: branchId === null ? {} : { branch_id: branchId } } };
  const path = { params: { path: { business_id: session.business?.id ?? "" } } };
  const hours = $api.useQuery("get", "/api/v1/dashboard/hours", query, { refetchInterval: 300_000 });
  const metrics = $api.useQuery("get", "/api/v1/dashboard/metrics", query);
  const days = $api.useQuery("get", "/api/v1/dashboard/days", query);
  const away = $api.useQuery(
    "get",
    "/api/v1/dashboard/at-risk",
    { params: { query: { limit: 3 } } },
    { enabled: owner },
  );
  const owed = $api.useQuery("get", "/api/v1/businesses/{business_id}/owed", path, { enabled: owner });

  const again = (paths: readonly string[]) =>
    void queries.invalidateQueries({ predicate: ({ queryKey }) => paths.includes(String(queryKey[1])) });
  useRefreshOn(CHANGES, () => again(["/api/v1/dashboard/hours"]), 100);
  useRefreshOn(CHANGES, () => again(SLOW), 400, COUNTED);
  return { owner, hours, metrics, days, away, owed };
}

const SLOW = [
  "/api/v1/dashboard/metrics",
  "/api/v1/dashboard/days",
  "/api/v1/dashboard/at-risk",
  "/api/v1/businesses/{business_id}/owed",
];

export type Home = ReturnType<typeof useHome>;
