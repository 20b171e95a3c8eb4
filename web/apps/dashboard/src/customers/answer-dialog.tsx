import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { SelectField, TextArea } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";

import { api, refusalOf } from "../api";
import { useTexts } from "../texts";
import type { PrivacyRequest } from "./request-line";
import { useRenew } from "./use-fresh";
import { texts } from "./words/requests";

type Outcome = "granted" | "refused";

/** What became of a request, in words that the person will read. An erasure is granted by erasing, never by saying so. */
export function AnswerDialog({ request, onClose }: { request: PrivacyRequest; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const onlyRefused = request.kind === "erasure";
  const [outcome, setOutcome] = useState<Outcome>(onlyRefused ? "refused" : "granted");
  const [answer, setAnswer] = useState("");
  const [problem, setProblem] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (outcome === "refused" && answer.trim() === "") return setProblem(t.needWords);
    setProblem("");
    setBusy(true);
    try {
      await api.PUT("/api/v1/privacy-requests/{request_id}/answer", {
        params: { path: { request_id: request.id } },
        body: { outcome, answer: answer.trim() || null },
      });
      await renew();
      toast({ text: t.sent });
      onClose();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void send();
  };
  const outcomes = [
    { value: "granted", label: t.granted, disabled: onlyRefused },
    { value: "refused", label: t.refused },
  ];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.answerTitle} description={t.kinds[request.kind]}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <SelectField
          label={t.outcome}
          hint={onlyRefused ? t.help.erasure : undefined}
          options={outcomes}
          value={outcome}
          onChange={(value) => setOutcome(value as Outcome)}
        />
        <TextArea
          label={t.words}
          hint={t.wordsHint}
          error={problem}
          maxLength={1000}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
        {trouble ? <Note tone="bad">{trouble}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy}>
            {t.send}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
