import { toast } from "@sello/ui/toast";

import { api } from "../api";
import { newId } from "../ids";
import { useTexts } from "../texts";
import { ReasonDialog } from "./reason-dialog";
import { useRenew } from "./use-fresh";
import { texts } from "./words/card";

/** What can be taken back, and what it is called. */
export type Voidable = { kind: "stamp" | "redemption"; id: string; title?: string };

/** Take a stamp or a hand-over back. There is no way back from that but to give it again, so it asks why. */
export function VoidDialog({ voidable, onClose }: { voidable: Voidable; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const takeBack = async (reason: string) => {
    const body = { id: newId(), reason };
    if (voidable.kind === "stamp")
      await api.POST("/api/v1/stamps/{stamp_id}/void", { params: { path: { stamp_id: voidable.id } }, body });
    else
      await api.POST("/api/v1/redemptions/{redemption_id}/void", {
        params: { path: { redemption_id: voidable.id } },
        body,
      });
    toast({ text: t.voidDone });
    await renew();
  };
  return (
    <ReasonDialog
      title={t.voidTitle(voidable.title ?? "")}
      text={voidable.kind === "stamp" ? t.voidText : t.voidRedemptionText}
      act={t.void}
      bad
      onClose={onClose}
      onReason={takeBack}
    />
  );
}
