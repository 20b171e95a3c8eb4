import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";

import { api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { spoken } from "./person-form";
import type { Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/person";

/** A new phone counts once its end was said at the counter. */
export function PhoneDialog({ profile, phone, onClose }: { profile: Profile; phone: string; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const [digits, setDigits] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    if (!/^\d{3}$/.test(digits)) return setProblem(t.needThree);
    setBusy(true);
    try {
      await api.POST("/api/v1/customers/{customer_id}/phone-confirmation", {
        params: { path: { customer_id: profile.id } },
        body: { last_three: digits },
      });
      await renew();
      toast({ text: t.phoneDone });
      onClose();
    } catch (error) {
      setProblem(refusalOf(error)?.message || t.trouble);
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
      title={t.phoneTitle}
      description={t.phoneText(spoken(phone))}
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
            {t.phoneConfirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
