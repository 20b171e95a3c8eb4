import type { Body } from "@sello/api";

import { $api } from "../api";

export type Profile = Body<"ProfileForOwner">;
export type EarnedReward = Body<"EarnedRewardAnswer">;

/** One customer as the owner sees them; staff's shorter answer never comes here, the page is for owners. */
export function useProfile(id: string) {
  return $api.useQuery(
    "get",
    "/api/v1/customers/{customer_id}",
    { params: { path: { customer_id: id } } },
    { select: (answer) => answer as Profile, retry: false },
  );
}

/** What a card has earned, and what became of it. */
export function useRewards(cardId: string) {
  return $api.useQuery("get", "/api/v1/cards/{card_id}/rewards", { params: { path: { card_id: cardId } } });
}

/** What happened to a card, the newest first, page by page. */
export function useLedger(cardId: string) {
  return $api.useInfiniteQuery(
    "get",
    "/api/v1/cards/{card_id}/ledger",
    { params: { path: { card_id: cardId }, query: { limit: 30 } } },
    { pageParamName: "before", initialPageParam: null, getNextPageParam: (page: Body<"LedgerPage">) => page.next },
  );
}

/** The shop's rules as they are now. */
export function useRules() {
  return $api.useQuery("get", "/api/v1/reward-rules", {}, { retry: false });
}
