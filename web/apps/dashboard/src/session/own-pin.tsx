import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useWords } from "@sello/ui/words";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { pinTexts } from "./pin-texts";

type Wrong = { pin?: string; again?: string };

/** Whoever is signed in chooses the PIN with which a till switches to them. */
export function OwnPinDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(pinTexts);
  const words = useWords();
  const form = useId();
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const put = useAct((chosen: string) => api.PUT("/api/v1/auth/pin", { body: { pin: chosen } }), ["/api/v1/staff"]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found: Wrong = !/^\d{4,6}$/.test(pin) ? { pin: t.form } : pin !== again ? { again: t.differs } : {};
    setWrong(found);
    if (found.pin ?? found.again) return;
    put.mutate(pin, {
      onSuccess: () => {
        toast({ text: t.done });
        onClose();
      },
    });
  };
  const digits = { inputMode: "numeric", autoComplete: "off", maxLength: 6, className: "tracking-[0.3em]" } as const;

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.title}
      description={t.lead}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={put.isPending}>
            {t.save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          {...digits}
          type="password"
          label={t.pin}
          hint={t.hint}
          error={wrong.pin}
          value={pin}
          onChange={(event) => setPin(event.target.value)}
        />
        <TextField
          {...digits}
          type="password"
          label={t.again}
          error={wrong.again}
          value={again}
          onChange={(event) => setAgain(event.target.value)}
        />
        <Refused error={put.error} />
      </form>
    </Dialog>
  );
}
