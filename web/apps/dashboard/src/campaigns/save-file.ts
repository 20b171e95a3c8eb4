import { api } from "../api";
import type { Campaign } from "./types";

/** The results of a campaign as a file among the browser's downloads. */
export async function saveFile(campaign: Campaign, name: string): Promise<void> {
  const { data } = await api.GET("/api/v1/campaigns/{campaign_id}/results.csv", {
    params: { path: { campaign_id: campaign.id } },
    parseAs: "blob",
  });
  const address = URL.createObjectURL(data as unknown as Blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
