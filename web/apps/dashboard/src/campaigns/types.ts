import type { Body } from "@sello/api";

export type Campaign = Body<"CampaignAnswer">;
export type Trigger = NewCampaign["trigger"];
export type TriggerKind = Trigger["kind"];
export type NewCampaign = Body<"NewCampaign">;
export type Estimate = Body<"EstimateAnswer">;
export type Results = Body<"CampaignResults">;
export type Lift = Results["lift"];
export type Template = Body<"TemplateAnswer">;
