import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";

import { api, refusalOf } from "../api";
import { useTexts } from "../texts";
import type { Entry } from "./use-directory";
import { useRenew } from "./use-fresh";
import { texts } from "./words/person";

/** Somebody who asked for a card says the end of their number: from now on it is their card. */
export function PendingDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const renew = useRenew();
  const [digits, setDigits] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    if (!/^\d{3}$/.test(digits)) return setProblem(t.needThree);
    setBusy(true);
    try {
      const { data } = await api.POST("/api/v1/cards/{card_id}/confirmation", {
        params: { path: { card_id: entry.card_id } },
        body: { last_three: digits },
      });
      if (!data) return;
      await renew();
      toast({ text: data.merged ? t.pendingMerged : t.pendingDone });
      await navigate(`/app/clientes/${data.customer_id}`);
    } catch (error) {
      setProblem(refusalOf(error)?.message ?? t.trouble);
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void confirm();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.pendingTitle(entry.name)}
      description={t.pendingText}
    >
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <TextField
          label={t.lastThree}
          inputMode="numeric"
          autoComplete="off"
          maxLength={3}
          value={digits}
          error={problem}
          onChange={(event) => setDigits(event.target.value)}
        />
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy}>
            {t.pendingConfirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
