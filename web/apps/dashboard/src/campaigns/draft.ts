import { newId } from "../ids";
import { usual, wrongDial } from "./triggers";
import type { Campaign, NewCampaign, Trigger } from "./types";

export type Gift = "none" | "percent" | "gift";

/** A campaign while somebody thinks about it. */
export type Draft = {
  id: string;
  /** It is at the server as a draft. */
  saved: boolean;
  name: string;
  trigger: Trigger;
  /** How many a saved list holds: the list itself is not sent back. */
  listed: number | null;
  /** The group of customers whose list is being made. */
  group: string;
  templateId: string | null;
  /** The text of the template names the code: there has to be one. */
  saysCode: boolean;
  give: Gift;
  percent: number;
  gift: string;
  codeDays: number;
  holdout: number;
  /** In soles, as typed. */
  budget: string;
  quietFrom: string;
  quietUntil: string;
};

export const STEPS = ["quien", "cuando", "que", "revisar"] as const;
export type Step = (typeof STEPS)[number];

/** A new one, as most are. */
export function newDraft(): Draft {
  return {
    id: newId(),
    saved: false,
    name: "",
    trigger: usual("inactivity"),
    listed: null,
    group: "at_risk",
    templateId: null,
    saysCode: false,
    give: "none",
    percent: 15,
    gift: "",
    codeDays: 14,
    holdout: 10,
    budget: "",
    quietFrom: "20:00",
    quietUntil: "09:00",
  };
}

/** What stands at the server, to be changed. */
export function draftOf(campaign: Campaign): Draft {
  const list = campaign.trigger.kind === "segment";
  return {
    id: campaign.id,
    saved: true,
    name: campaign.name,
    trigger: list ? { kind: "segment", customer_ids: [] } : (campaign.trigger as Trigger),
    listed: list && "customers" in campaign.trigger ? campaign.trigger.customers : null,
    group: "",
    templateId: campaign.template_id,
    saysCode: false,
    give: campaign.discount_percent !== null ? "percent" : campaign.gift !== null ? "gift" : "none",
    percent: campaign.discount_percent ?? 15,
    gift: campaign.gift ?? "",
    codeDays: campaign.code_days,
    holdout: campaign.holdout_percent,
    budget: campaign.budget_centimos === null ? "" : (campaign.budget_centimos / 100).toFixed(2),
    quietFrom: campaign.quiet_from,
    quietUntil: campaign.quiet_until,
  };
}

/** Céntimos of what was typed as soles: null for nothing, NaN for nonsense. */
export function centimosOf(typed: string): number | null {
  const text = typed.replaceAll(/[\s,]|S\//gi, "");
  if (text === "") return null;
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(text)) return Number.NaN;
  const centimos = Math.round(Number(text) * 100);
  return centimos >= 1 ? centimos : Number.NaN;
}

export type Problem =
  "dial" | "list" | "budget" | "template" | "nothing" | "percent" | "gift" | "code_days" | "holdout" | "name";

/** What is still missing in a step, first things first. */
export function problemsOf(draft: Draft, step: Step): Problem[] {
  const found: Problem[] = [];
  const note = (wrong: boolean, problem: Problem) => {
    if (wrong) found.push(problem);
  };
  if (step === "quien") {
    note(wrongDial(draft.trigger) !== undefined, "dial");
    note(draft.trigger.kind === "segment" && draft.listed === null && draft.trigger.customer_ids.length === 0, "list");
  }
  if (step === "cuando") note(Number.isNaN(centimosOf(draft.budget)), "budget");
  if (step === "que") {
    note(draft.templateId === null, "template");
    note(draft.saysCode && draft.give === "none", "nothing");
    note(draft.give === "percent" && !isWhole(draft.percent, 5, 50), "percent");
    note(draft.give === "gift" && draft.gift.trim() === "", "gift");
    note(draft.give !== "none" && !isWhole(draft.codeDays, 1, 90), "code_days");
  }
  if (step === "revisar") {
    note(!isWhole(draft.holdout, 0, 50), "holdout");
    note(draft.name.trim().length < 3, "name");
  }
  return found;
}

/** The first step in which something is missing. */
export function unready(draft: Draft): Step | undefined {
  return STEPS.find((step) => problemsOf(draft, step).length > 0);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** The same as the API takes it. */
export function bodyOf(draft: Draft, templateId: string): NewCampaign {
  return {
    id: draft.id,
    name: draft.name.trim(),
    trigger: draft.trigger,
    template_id: templateId,
    discount_percent: draft.give === "percent" ? draft.percent : null,
    gift: draft.give === "gift" ? draft.gift.trim() : null,
    code_days: draft.codeDays,
    holdout_percent: draft.holdout,
    budget_centimos: centimosOf(draft.budget),
    quiet_from: draft.quietFrom,
    quiet_until: draft.quietUntil,
  };
}
