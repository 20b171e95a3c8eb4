import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextArea } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { refusalOf } from "../api";
import { useTexts } from "../texts";
import { texts } from "./words/card";

type ReasonDialogProps = {
  title: string;
  text: ReactNode;
  act: string;
  bad?: boolean;
  onClose: () => void;
  /** Does it; whatever it throws is said in the dialog, which stays. */
  onReason: (reason: string) => Promise<void>;
};

const MOST = 200;

/** An act that asks why: what is written here stands beside it for good. */
export function ReasonDialog({ title, text, act, bad = false, onClose, onReason }: ReasonDialogProps) {
  const t = useTexts(texts);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const act_ = async () => {
    if (reason.trim().length < 3) return setProblem(t.needReason);
    setProblem("");
    setBusy(true);
    try {
      await onReason(reason.trim());
      onClose();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void act_();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={text}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          error={problem}
          rows={2}
          maxLength={MOST}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {trouble ? <Note tone="bad">{trouble}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.keep}</Button>
          <Button type="submit" variant={bad ? "bad" : "main"} busy={busy}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
