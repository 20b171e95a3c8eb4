import { ConfirmDialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";
import { Skeleton, Trouble } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import { $api, api, refusalOf } from "../api";
import { number } from "../format";
import { useTexts } from "../texts";
import { useRewards, type Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/merge";

/** What goes for good and what stays, as the API foresees it; what it foresaw is what it is then asked to erase. */
export function EraseDialog({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const client = useQueryClient();
  const renew = useRenew();
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const path = { customer_id: profile.id };
  const preview = $api.useQuery(
    "get",
    "/api/v1/customers/{customer_id}/erasure",
    { params: { path } },
    { staleTime: 0, gcTime: 0 },
  );
  const ready = (useRewards(profile.card_id).data?.rewards ?? []).filter((reward) => reward.state === "ready").length;
  const erase = async () => {
    if (!preview.data) return;
    setBusy(true);
    try {
      await api.PUT("/api/v1/customers/{customer_id}/erasure", {
        params: { path },
        body: { confirmation: preview.data.confirmation },
      });
      await navigate("/app/clientes", { replace: true });
      // Nothing of the person stays in this page's memory either.
      client.removeQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(profile.id) });
      client.removeQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(profile.card_id) });
      await renew();
      toast({ text: t.erased });
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
      void preview.refetch();
    }
  };
  const rows = Object.values(preview.data?.rows ?? {}).reduce((sum, each) => sum + each, 0);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">{t.eraseTitle(profile.name)}</span>}
      text={
        <>
          <p>{t.eraseGone}</p>
          <p>{t.eraseStays}</p>
          {ready > 0 ? <p className="font-semibold">{t.eraseReady(ready)}</p> : null}
          <p className="font-semibold">{t.eraseFinal}</p>
        </>
      }
      confirm={t.eraseGo}
      cancel={t.eraseCancel}
      bad
      busy={busy || !preview.data}
      onConfirm={() => void erase()}
    >
      {preview.error ? (
        <Trouble small level={3} error={preview.error} onRetry={() => void preview.refetch()} />
      ) : preview.data ? (
        <p className="text-12 text-muted">{t.eraseRows(number(rows))}</p>
      ) : (
        <Skeleton />
      )}
      {trouble ? <Note tone="bad">{trouble}</Note> : null}
    </ConfirmDialog>
  );
}
