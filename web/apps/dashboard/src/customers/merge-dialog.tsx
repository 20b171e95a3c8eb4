import { ConfirmDialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { Skeleton, Trouble } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useState } from "react";
import { useNavigate } from "react-router";

import { $api, api, refusalOf } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { spoken } from "./person-form";
import { SideBySide } from "./side-by-side";
import { DIRECTORY, type Entry } from "./use-directory";
import { useRenew } from "./use-fresh";
import { texts } from "./words/merge";

type MergeDialogProps = {
  ids: readonly [string, string];
  onClose: () => void;
  /** After merging, go to the card that stays. */
  lead?: boolean;
};

/** Two cards side by side, which of them stays, and what will happen: it cannot be undone. */
export function MergeDialog({ ids, onClose, lead = false }: MergeDialogProps) {
  const t = useTexts(texts);
  const business = useBusiness();
  const renew = useRenew();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const query = $api.useQuery("get", DIRECTORY, {
    params: { path: { business_id: business.id }, query: { id: [...ids], order: "newest" } },
  });
  const [one, other] = query.data?.customers ?? [];
  const stays = one && other ? (chosen === null ? likelier(one, other) : one.id === chosen ? one : other) : undefined;
  const goes = stays === one ? other : one;
  const merge = async () => {
    if (!stays || !goes) return;
    if (reason.trim().length < 3) return setProblem(t.needReason);
    setProblem("");
    setBusy(true);
    try {
      await api.PUT("/api/v1/customers/{customer_id}/merge", {
        params: { path: { customer_id: goes.id } },
        body: { into: stays.id, reason: reason.trim() },
      });
      if (lead) await navigate(`/app/clientes/${stays.id}`, { replace: true });
      toast({ text: t.done(stays.name) });
      onClose();
      await renew();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.mergeTitle}
      text={<p>{t.final}</p>}
      confirm={t.go}
      cancel={t.cancel}
      bad
      busy={busy}
      onConfirm={() => void merge()}
    >
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !one || !other || !stays || !goes ? (
        <Skeleton lines={6} />
      ) : (
        <>
          <SideBySide entries={[one, other]} of={query.data?.of ?? 10} stays={stays.id} onStays={setChosen} />
          <div>
            <h3>{t.what}</h3>
            <ul className="mt-1 list-disc pl-5 wrap-anywhere marker:text-muted">
              <li>
                {t.sum(spoken(goes.phone), spoken(stays.phone))} {t.full}
              </li>
              <li>{t.keeps(stays.name, spoken(stays.phone))}</li>
              <li>{t.codes}</li>
              <li>{t.last}</li>
            </ul>
          </div>
          <TextField
            label={t.reason}
            hint={t.reasonHint}
            error={problem}
            maxLength={200}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      )}
      {trouble ? <Note tone="bad">{trouble}</Note> : null}
    </ConfirmDialog>
  );
}

/** Which of the two one would keep: who came more often, then who came first. */
function likelier(one: Entry, other: Entry): Entry {
  if (one.visits !== other.visits) return one.visits > other.visits ? one : other;
  return one.enrolled_at <= other.enrolled_at ? one : other;
}
