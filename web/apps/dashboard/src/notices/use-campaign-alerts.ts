import type { Body } from "@sello/api";
import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useRefreshOn } from "../live/use-live";

export type CampaignAlert = Body<"CampaignAlert">;

const LIST = "/api/v1/campaign-alerts";
const NEW: ReadonlySet<string> = new Set(["CampaignAlerted"]);

/** The latest alerts of the shop's campaigns, as they come. */
export function useCampaignAlerts() {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === LIST });
  const { data } = $api.useQuery("get", LIST, { params: { query: { limit: 50 } } });
  useRefreshOn(NEW, () => void again(), 400);
  return { alerts: data?.alerts ?? [], again };
}
