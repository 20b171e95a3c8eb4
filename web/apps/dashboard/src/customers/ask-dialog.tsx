import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { SelectField, TextArea } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";

import { api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { PrivacyRequest } from "./request-line";
import { useRenew } from "./use-fresh";
import { texts } from "./words/requests";

type Kind = PrivacyRequest["kind"];
const KINDS: readonly Kind[] = ["access", "rectification", "erasure", "opposition"];

/** What somebody asked for face to face; from now on its clock runs. */
export function AskDialog({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const t = useTexts(texts);
  const { calendarDay } = useFormat();
  const renew = useRenew();
  const [kind, setKind] = useState<Kind>("access");
  const [wish, setWish] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const note = async () => {
    setBusy(true);
    try {
      const { data } = await api.POST("/api/v1/customers/{customer_id}/privacy-requests", {
        params: { path: { customer_id: customerId } },
        body: { kind, wish: wish.trim() || null },
      });
      await renew();
      if (data) toast({ text: t.askDone(calendarDay(data.due_on)) });
      onClose();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void note();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.askTitle} description={t.askText}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <SelectField
          label={t.askKind}
          options={KINDS.map((value) => ({ value, label: t.kinds[value] }))}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
        />
        <TextArea label={t.askWish} maxLength={1000} value={wish} onChange={(event) => setWish(event.target.value)} />
        {trouble ? <Note tone="bad">{trouble}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy}>
            {t.askGo}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
