import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextArea } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";

const SHORTEST = 3;

/** Stops a shop, or lets it go on: each with a reason that its log keeps. */
export function SuspensionDialog({ shop, onClose }: { shop: Body<"PlatformShop">; onClose: () => void }) {
  const t = useTexts(texts);
  const form = useId();
  const resumes = shop.suspended_at !== null;
  const words = resumes ? t.resuming : t.suspending;
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const change = useAct(async () => {
    const given = { params: { path: { business_id: shop.id } }, body: { reason: reason.trim() } };
    if (resumes) await api.POST("/api/v1/admin/businesses/{business_id}/resumption", given);
    else await api.PUT("/api/v1/admin/businesses/{business_id}/suspension", given);
  }, ["/api/v1/admin/businesses"]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const short = reason.trim().length < SHORTEST;
    setMissing(short);
    if (short) return;
    change.mutate(undefined, {
      onSuccess: () => {
        toast({ text: words.done(shop.name) });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.title(shop.name)}
      description={words.text.map((line) => (
        <p key={line} className="mt-1">
          {line}
        </p>
      ))}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" form={form} variant={resumes ? "main" : "bad"} busy={change.isPending}>
            {words.confirm}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextArea
          label={t.suspending.reason}
          hint={t.suspending.reasonHint}
          error={missing ? t.suspending.reasonMissing : undefined}
          value={reason}
          maxLength={255}
          onChange={(event) => setReason(event.target.value)}
        />
        <Refused error={change.error} />
      </form>
    </Dialog>
  );
}
