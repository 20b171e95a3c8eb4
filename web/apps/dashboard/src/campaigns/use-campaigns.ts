import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { $api, api } from "../api";
import { useRefreshOn } from "../live/use-live";
import type { Draft } from "./draft";
import type { Campaign } from "./types";

const LIST = "/api/v1/campaigns";
const ONE = "/api/v1/campaigns/{campaign_id}";
const HAPPENINGS: ReadonlySet<string> = new Set([
  "CampaignActivated",
  "CampaignPaused",
  "CampaignResumed",
  "CampaignEnded",
  "CampaignPlanned",
  "CampaignAlerted",
  "CodeRedeemed",
  "CodeRedemptionVoided",
]);
const OURS = /^\/api\/v1\/(campaigns|campaign-results|audience-estimates)/;
const WATCH = 2_500; // ms between looks while messages are on their way
const PAGE = 20;

export type State = Campaign["state"];

/** The shop's campaigns of a state, newest first, page by page. */
export function useCampaigns(state: State | null) {
  const query = { limit: PAGE, ...(state === null ? {} : { state }) };
  return $api.useInfiniteQuery(
    "get",
    LIST,
    { params: { query } },
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page) => page.next,
      refetchInterval: ({ state: { data } }) =>
        data?.pages.some((page) => page.campaigns.some(isMoving)) ? 2 * WATCH : false,
    },
  );
}

/** One campaign, looked at every few seconds while something is on its way. */
export function useCampaign(id: string) {
  return $api.useQuery(
    "get",
    ONE,
    { params: { path: { campaign_id: id } } },
    { refetchInterval: ({ state: { data } }) => (data && isMoving(data) ? WATCH : false) },
  );
}

/** Something of it waits for a send or for an answer. */
export function isMoving({ state, progress, activated_at }: Campaign): boolean {
  if (progress.doubtful > 0) return true;
  const fresh = activated_at !== null && Date.now() - Date.parse(activated_at) < 120_000;
  const unread = progress.accepted + progress.delivered > 0 && fresh;
  return state === "active" && (progress.waiting > 0 || unread || fresh);
}

/** What it brought, asked again while messages are on their way. */
export function useResults(campaign: Campaign) {
  return $api.useQuery(
    "get",
    "/api/v1/campaigns/{campaign_id}/results",
    { params: { path: { campaign_id: campaign.id } } },
    { refetchInterval: isMoving(campaign) ? WATCH : false, enabled: campaign.activated_at !== null },
  );
}

/** Ask again for everything about campaigns. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    () =>
      client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => typeof path === "string" && OURS.test(path) }),
    [client],
  );
}

/** Follow what happens to campaigns elsewhere. */
export function useFresh(): void {
  const renew = useRenew();
  useRefreshOn(HAPPENINGS, () => void renew(), 300, [2_000]);
}

/**
 * Who would get it and why others would not, for a draft as it is now. Nothing is written; a list of customers is known
 * to the server once its draft is.
 */
export function useEstimate(draft: Draft, enabled: boolean) {
  const { trigger } = draft;
  const body = {
    ...(trigger.kind === "segment" ? { campaign_id: draft.id } : { trigger }),
    holdout_percent: draft.holdout,
    ...(draft.templateId === null ? {} : { template_id: draft.templateId }),
  };
  return useQuery({
    queryKey: ["get", "/api/v1/audience-estimates", body],
    queryFn: async ({ signal }) => (await api.POST("/api/v1/audience-estimates", { body, signal })).data ?? null,
    enabled: enabled && (trigger.kind !== "segment" || draft.saved),
    ...(trigger.kind === "segment" ? {} : { placeholderData: keepPreviousData }),
    staleTime: 30_000,
  });
}
