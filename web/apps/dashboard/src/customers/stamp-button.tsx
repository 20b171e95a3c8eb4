import { Button } from "@sello/ui/button";
import { toast } from "@sello/ui/toast";
import { Stamp } from "lucide-react";
import { useState } from "react";

import { api, refusalOf, type Refusal } from "../api";
import { newId } from "../ids";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { ReasonDialog } from "./reason-dialog";
import type { Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/card";

const ALLOWABLE: readonly string[] = ["cooldown", "card_cap", "staff_cap", "amount_missing", "below_minimum"];

/** A stamp from the owner's desk: at once, with the way back. What the rules refuse the owner may allow, with a reason. */
export function StampButton({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { branches } = useSession();
  const renew = useRenew();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<Refusal | null>(null);
  const undo = async (stampId: string) => {
    try {
      await api.POST("/api/v1/stamps/{stamp_id}/void", {
        params: { path: { stamp_id: stampId } },
        body: { id: newId() },
      });
      toast({ text: t.undone });
    } catch (error) {
      toast({ text: refusalOf(error)?.message || t.trouble, tone: "bad" });
    }
    await renew();
  };
  const give = async (reason?: string) => {
    const only = branches.length === 1 ? branches[0] : undefined;
    const { data } = await api.POST("/api/v1/stamps", {
      body: {
        id: newId(),
        customer_id: profile.id,
        occurred_at: new Date().toISOString(),
        ...(only ? { branch_id: only.id } : {}),
        ...(reason ? { override_reason: reason } : {}),
      },
    });
    if (!data) return;
    const reward = data.rewards[0];
    toast({
      text: reward ? t.stampedReward(reward.title) : t.stamped(data.balance, data.of),
      undo: () => void undo(data.id),
    });
    await renew();
  };
  const stamp = async () => {
    setBusy(true);
    try {
      await give();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal && ALLOWABLE.includes(refusal.code)) setAsked(refusal);
      else toast({ text: refusal?.message || t.trouble, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="main" busy={busy} onClick={() => void stamp()}>
        <Stamp aria-hidden="true" />
        {t.stamp}
      </Button>
      {asked ? (
        <ReasonDialog
          title={t.allowTitle}
          text={
            <>
              <p>{asked.message}</p>
              <p>{t.allowText}</p>
            </>
          }
          act={t.allow}
          onClose={() => setAsked(null)}
          onReason={give}
        />
      ) : null}
    </>
  );
}
