import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Note } from "@sello/ui/note";
import { Skeleton, Trouble } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useState } from "react";

import { $api, api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Evidence } from "./evidence-view";
import { texts } from "./texts";
import { VoidDialog, type Voided } from "./void-dialog";

type NoticeProps = { signal: Body<"FraudSignal">; again: () => Promise<unknown> };

/** One notice with its evidence. "It was real" acts at once and can be undone; voiding cannot and asks first. */
export function Notice({ signal, again }: NoticeProps) {
  const t = useTexts(texts);
  const { when, calendarDay } = useFormat();
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState<Voided | null>(null);
  const path = { params: { path: { signal_id: signal.id } } };
  const evidence = $api.useQuery("get", "/api/v1/fraud-signals/{signal_id}/stamps", path);
  const stamps = evidence.data?.stamps ?? [];
  const standing = stamps.filter(({ voided }) => !voided);
  const look = useLook(signal.id, again);
  const ended = async (voided: Voided) => {
    setAsking(false);
    if (voided.voided > 0) toast({ text: t.voided(voided.voided) });
    if (voided.refused.length > 0) setLeft(voided);
    else await api.PUT("/api/v1/fraud-signals/{signal_id}/seen", path);
    await again();
  };
  return (
    <li className="border-t border-rule pt-3">
      <header className="flex flex-wrap items-baseline gap-x-4">
        <h2 className="min-w-0 flex-[1_1_16rem]">{t.patterns[signal.pattern](signal.count)}</h2>
        <time dateTime={signal.recorded_at} className="text-12 text-muted">
          {calendarDay(signal.day)}
        </time>
      </header>
      <p className="mt-1 wrap-anywhere">{signal.text}</p>
      {evidence.isPending ? (
        <Skeleton className="mt-3 h-12" />
      ) : evidence.isError ? (
        <Trouble small level={3} error={evidence.error} onRetry={() => void evidence.refetch()} />
      ) : (
        <Evidence stamps={stamps} />
      )}
      {left ? <Left left={left} /> : null}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {standing.length > 0 ? (
          <Button variant="bad" onClick={() => setAsking(true)}>
            {t.void(standing.length)}
          </Button>
        ) : null}
        {signal.seen_at === null ? (
          <Button onClick={() => void look(true)}>
            {standing.length === 0 && stamps.length > 0 ? t.allVoided : t.fine}
          </Button>
        ) : (
          <>
            <Button variant="quiet" onClick={() => void look(false)}>
              {t.reopen}
            </Button>
            <span className="text-12 text-muted">
              {signal.seen_by ? t.seenBy(signal.seen_by, when(signal.seen_at)) : t.seenAt(when(signal.seen_at))}
            </span>
          </>
        )}
      </div>
      <VoidDialog open={asking} onOpenChange={setAsking} stamps={standing} onDone={ended} />
    </li>
  );
}

/** Move it among those reviewed, or back; each says so with the way back. */
function useLook(id: string, again: () => Promise<unknown>) {
  const t = useTexts(texts);
  const path = { params: { path: { signal_id: id } } };
  return async function look(seen: boolean, undo = true): Promise<void> {
    try {
      if (seen) await api.PUT("/api/v1/fraud-signals/{signal_id}/seen", path);
      else await api.DELETE("/api/v1/fraud-signals/{signal_id}/seen", path);
      if (undo) toast({ text: seen ? t.saidFine : t.saidBack, undo: () => void look(!seen, false) });
    } catch (error) {
      toast({ tone: "bad", text: refusalOf(error)?.message || t.failed });
    }
    await again();
  };
}

function Left({ left }: { left: Voided }) {
  const t = useTexts(texts);
  const count = left.refused.reduce((sum, [, n]) => sum + n, 0);
  return (
    <Note tone="wait" role="status" className="mt-4">
      <p>{t.notVoided(count)}</p>
      <ul>
        {left.refused.map(([why, n]) => (
          <li key={why}>
            {n > 1 ? `${n}: ` : ""}
            {why}
          </li>
        ))}
      </ul>
    </Note>
  );
}
