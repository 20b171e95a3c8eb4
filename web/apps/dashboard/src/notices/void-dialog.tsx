import type { Body } from "@sello/api";
import { TextField } from "@sello/ui/field";
import { ConfirmDialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";
import { useState } from "react";

import { $api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { summary } from "./evidence";
import { texts } from "./texts";

export type Voided = ReturnType<typeof summary>;

type VoidDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  stamps: readonly Body<"FraudStamp">[];
  onDone: (voided: Voided) => Promise<void>;
};

/** Takes a batch of stamps back, with a reason; what is refused of it is told by `onDone`. */
export function VoidDialog({ open, onOpenChange, stamps, onDone }: VoidDialogProps) {
  const t = useTexts(texts);
  const [reason, setReason] = useState<string | null>(null);
  const written = (reason ?? t.reasonOf).trim();
  const batch = $api.useMutation("post", "/api/v1/voids", {
    onSuccess: (answer) => void onDone(summary(answer.outcomes)),
  });
  const confirm = () => {
    if (written) batch.mutate({ body: { stamp_ids: stamps.map(({ id }) => id), reason: written } });
  };
  const cards = new Set(stamps.map((stamp) => stamp.card_id)).size;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t.ask(stamps.length)}
      text={
        <>
          <p>{t.askText(cards)}</p>
          <p>
            <b>{t.askEnd}</b>
          </p>
        </>
      }
      cancel={t.keep}
      confirm={t.void(stamps.length)}
      bad
      busy={batch.isPending}
      onConfirm={confirm}
    >
      <TextField
        label={t.reason}
        hint={t.reasonHint}
        maxLength={255}
        value={reason ?? t.reasonOf}
        onChange={(event) => setReason(event.target.value)}
        error={written ? undefined : t.reasonEmpty}
      />
      {batch.error ? <Note tone="bad">{refusalOf(batch.error)?.message || t.failed}</Note> : null}
    </ConfirmDialog>
  );
}
