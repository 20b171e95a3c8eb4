import { toast } from "@sello/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { api } from "../api";
import { useTexts } from "../texts";
import { bodyOf, type Draft } from "./draft";
import type { Campaign } from "./types";
import { useRenew } from "./use-campaigns";
import { texts } from "./words/editor";

/** Keep a draft and leave, keep it and stay (`put`), or keep it and start it. Its id was made here: a lost answer makes no second campaign. */
export function useSaveDraft(onSaved: (campaign: Campaign) => void) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const renew = useRenew();
  const store = async (draft: Draft) => {
    const campaign = await stored(draft);
    onSaved(campaign);
    return campaign;
  };
  const keep = useMutation({
    mutationFn: store,
    onSuccess: async (campaign) => {
      toast({ text: t.savedDraft });
      await renew();
      void navigate(`/app/campanas/${campaign.id}`);
    },
  });
  const start = useMutation({
    mutationFn: async (draft: Draft) => {
      const campaign = await store(draft);
      const path = { campaign_id: campaign.id };
      await api.PUT("/api/v1/campaigns/{campaign_id}/activation", { params: { path } });
      return campaign;
    },
    onSuccess: async (campaign) => {
      toast({ text: t.started });
      await renew();
      void navigate(`/app/campanas/${campaign.id}`);
    },
  });
  const put = useMutation({ mutationFn: store });
  return { keep, start, put };
}

async function stored(draft: Draft): Promise<Campaign> {
  const { id, trigger, ...rest } = bodyOf(draft, draft.templateId ?? "");
  if (!draft.saved) {
    const { data } = await api.POST("/api/v1/campaigns", { body: { id, trigger, ...rest } });
    if (!data) throw new Error("no campaign came back");
    return data;
  }
  // The list of a segment was fixed when it was saved.
  const body = trigger.kind === "segment" ? rest : { ...rest, trigger };
  const { data } = await api.PATCH("/api/v1/campaigns/{campaign_id}", { params: { path: { campaign_id: id } }, body });
  if (!data) throw new Error("no campaign came back");
  return data;
}
