import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useWords } from "@sello/ui/words";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { centimosOf } from "./draft";
import type { Campaign } from "./types";
import { useRenew } from "./use-campaigns";
import { texts as editor } from "./words/editor";
import { texts } from "./words/campaign";

/** What may be spent is the one bound that a running campaign can change. */
export function CapDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const t = useTexts(texts);
  const e = useTexts(editor);
  const words = useWords();
  const renew = useRenew();
  const now = campaign.budget_centimos;
  const [typed, setTyped] = useState(now === null ? "" : (now / 100).toFixed(2));
  const centimos = centimosOf(typed);
  const wrong = Number.isNaN(centimos);
  const save = useMutation({
    mutationFn: () =>
      api.PATCH("/api/v1/campaigns/{campaign_id}", {
        params: { path: { campaign_id: campaign.id } },
        body: { budget_centimos: centimos },
      }),
    onSuccess: async () => {
      toast({ text: t.capSaved });
      onClose();
      await renew();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t.capDialog}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) save.mutate();
        }}
      >
        <TextField
          label={e.budget}
          before="S/"
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          hint={e.budgetHint}
          error={wrong ? e.problems.budget : undefined}
        />
        <Refused error={save.error} />
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="main" busy={save.isPending}>
            {t.capSave}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
