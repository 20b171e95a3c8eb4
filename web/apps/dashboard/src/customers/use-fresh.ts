import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { useRefreshOn } from "../live/use-live";

const OURS = /^\/api\/v1\/(businesses\/\{business_id\}\/(directory|duplicates)|customers|cards|privacy-requests)/;

/** Ask again for everything about customers: after an act of ours, or when something happened elsewhere. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    () =>
      client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => typeof path === "string" && OURS.test(path) }),
    [client],
  );
}

const HAPPENINGS: ReadonlySet<string> = new Set([
  "StampAdded",
  "StampVoided",
  "StampsAdjusted",
  "StampsExpired",
  "BonusAdded",
  "RewardEarned",
  "RewardExpired",
  "RewardRedeemed",
  "RedemptionVoided",
  "CustomerEnrolled",
  "CustomerChanged",
  "CustomerErased",
  "CardConfirmed",
  "CardMerged",
  "PrivacyRequestOpened",
  "PrivacyRequestAnswered",
  "StatisticsChanged",
]);
const WAIT = 300; // ms in which happenings are answered by one question

/** Keep what is shown of customers up to date with what happens at the tills. */
export function useFresh(): void {
  const renew = useRenew();
  useRefreshOn(HAPPENINGS, () => void renew(), WAIT);
}

/** The same for the list: how many are in each group. Its rows stay under the eyes that read them. */
export function useFreshCounts(): void {
  const client = useQueryClient();
  const ask = () =>
    void client.invalidateQueries({
      predicate: ({ queryKey: [, path] }) => typeof path === "string" && path.endsWith("/directory/counts"),
    });
  useRefreshOn(HAPPENINGS, ask, WAIT);
}
