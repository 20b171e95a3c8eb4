import { Button, LinkButton } from "@sello/ui/button";
import { ConfirmDialog } from "@sello/ui/dialog";
import { toast } from "@sello/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { Download, Pause, Play } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { api } from "../api";
import { useTellError } from "../act";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { CapDialog } from "./cap-dialog";
import { saveFile } from "./save-file";
import type { Campaign } from "./types";
import { useRenew } from "./use-campaigns";
import { texts } from "./words/campaign";

/** What an owner may do with a campaign. Pausing acts at once and can be undone; ending is asked. */
export function Acts({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const tell = useTellError();
  const [ending, setEnding] = useState(false);
  const [capping, setCapping] = useState(false);
  const { state } = campaign;
  const params = { path: { campaign_id: campaign.id } };
  const hold = async (paused: boolean, undo = true): Promise<void> => {
    try {
      if (paused) await api.PUT("/api/v1/campaigns/{campaign_id}/pause", { params });
      else await api.DELETE("/api/v1/campaigns/{campaign_id}/pause", { params });
      toast({ text: paused ? t.paused : t.resumed, ...(undo ? { undo: () => void hold(!paused, false) } : {}) });
    } catch (error) {
      tell(error);
    }
    await renew();
  };
  const toggle = useMutation({ mutationFn: (paused: boolean) => hold(paused) });
  const file = useMutation({ mutationFn: () => saveFile(campaign, t.filename), onError: tell });
  return (
    <>
      {campaign.activated_at !== null ? (
        <Button variant="quiet" busy={file.isPending} onClick={() => file.mutate()}>
          <Download aria-hidden="true" />
          {t.file}
        </Button>
      ) : null}
      {state === "active" || state === "paused" ? (
        <Button variant="quiet" onClick={() => setCapping(true)}>
          {t.budget}
        </Button>
      ) : null}
      {state === "ended" ? null : (
        <Button variant="quiet" onClick={() => setEnding(true)}>
          {state === "draft" ? t.discard : t.end}
        </Button>
      )}
      {state === "active" ? (
        <Button busy={toggle.isPending} onClick={() => toggle.mutate(true)}>
          <Pause aria-hidden="true" />
          {t.pause}
        </Button>
      ) : null}
      {state === "paused" ? (
        <Button variant="main" busy={toggle.isPending} onClick={() => toggle.mutate(false)}>
          <Play aria-hidden="true" />
          {t.resume}
        </Button>
      ) : null}
      {state === "draft" ? (
        <LinkButton variant="main" asChild>
          <Link to={`/app/campanas/${campaign.id}/editar?paso=revisar`}>{t.edit}</Link>
        </LinkButton>
      ) : null}
      {ending ? <EndDialog campaign={campaign} onClose={() => setEnding(false)} /> : null}
      {capping ? <CapDialog campaign={campaign} onClose={() => setCapping(false)} /> : null}
    </>
  );
}

function EndDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const navigate = useNavigate();
  const draft = campaign.state === "draft";
  const end = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/campaigns/{campaign_id}/end", { params: { path: { campaign_id: campaign.id } } }),
    onSuccess: async () => {
      toast({ text: draft ? t.discarded : t.ended });
      onClose();
      if (draft) void navigate("/app/campanas");
      await renew();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={draft ? t.discardAsk : t.endAsk}
      text={draft ? t.discardText : t.endText}
      cancel={draft ? t.discardKeep : t.endKeep}
      confirm={draft ? t.discardDo : t.endDo}
      bad
      busy={end.isPending}
      onConfirm={() => end.mutate()}
    >
      <Refused error={end.error} />
    </ConfirmDialog>
  );
}
