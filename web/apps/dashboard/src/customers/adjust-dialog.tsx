import { Button, IconButton } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextArea } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";
import { Minus, Plus } from "lucide-react";
import { useRef, useState, type SubmitEvent } from "react";

import { api, refusalOf } from "../api";
import { newId } from "../ids";
import { useTexts } from "../texts";
import { crossingsOf } from "./crossings";
import { useRules, type Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/card";

const MOST = 50;

/** Stamps added or taken by hand, with what that will do to the card. It can be undone from the message. */
export function AdjustDialog({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const rules = useRules().data;
  const id = useRef(newId()); // kept until it worked: a second try counts nothing twice
  const [delta, setDelta] = useState(0);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const of = profile.of ?? 10;
  const after = crossingsOf(profile.balance, delta, rules?.steps ?? []);
  const send = async (stamps: number, why: string, as: string) => {
    const { data } = await api.POST("/api/v1/cards/{card_id}/adjustments", {
      params: { path: { card_id: profile.card_id } },
      body: { id: as, delta: stamps, reason: why },
    });
    await renew();
    return data;
  };
  const undo = async () => {
    try {
      await send(-delta, t.undoReason, newId());
      toast({ text: t.adjustUndone });
    } catch (error) {
      toast({ text: refusalOf(error)?.message || t.trouble, tone: "bad" });
    }
  };
  const save = async () => {
    if (delta === 0) return;
    if (reason.trim().length < 3) return setProblem(t.needReason);
    setProblem("");
    setBusy(true);
    try {
      const done = await send(delta, reason.trim(), id.current);
      if (done) toast({ text: t.adjusted(done.balance, done.of), undo: () => void undo() });
      onClose();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      id.current = newId(); // refused: whatever comes next is another act
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.adjustTitle} description={t.adjustText}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <div role="group" aria-label={t.adjustBy} className="flex items-center justify-center gap-4">
          <IconButton
            label={t.less}
            variant="plain"
            disabled={delta <= -profile.balance || delta <= -MOST}
            onClick={() => setDelta(delta - 1)}
          >
            <Minus aria-hidden="true" />
          </IconButton>
          <output className="min-w-20 text-center text-40 font-semibold">{delta > 0 ? `+${delta}` : delta}</output>
          <IconButton label={t.more} variant="plain" disabled={delta >= MOST} onClick={() => setDelta(delta + 1)}>
            <Plus aria-hidden="true" />
          </IconButton>
        </div>
        <p role="status" className="text-center text-muted">
          {t.adjustNow(profile.balance, after.balance, of)}
          {after.rewards > 0 ? `. ${t.adjustReward(after.rewards)}` : ""}
          {after.rounds > 0 ? ` ${t.adjustRounds}` : ""}
        </p>
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          error={problem}
          rows={2}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {trouble ? <Note tone="bad">{trouble}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy} disabled={delta === 0}>
            {delta === 0 ? t.adjustNone : delta > 0 ? t.adjustAdd(delta) : t.adjustTake(-delta)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
