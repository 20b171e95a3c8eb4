import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { useState } from "react";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { daysOf, isSilent, voidedBy, type LedgerEntry } from "./ledger-days";
import { LedgerLine } from "./ledger-line";
import { useLedger, useRewards } from "./use-card";
import { VoidDialog, type Voidable } from "./void-dialog";
import { texts } from "./words/card";

/** What happened to a card as a time line, the newest first. What was taken back stays, struck through, with its reason. */
export function Ledger({ cardId }: { cardId: string }) {
  const t = useTexts(texts);
  const { nearDay } = useFormat();
  const query = useLedger(cardId);
  const rewards = useRewards(cardId).data?.rewards ?? [];
  const [voiding, setVoiding] = useState<Voidable | null>(null);
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const voids = voidedBy(entries);
  const days = daysOf(
    entries.filter((entry) => !isSilent(entry, entries)),
    nearDay,
  );
  // A hand-over is taken back by its redemption, which the card's rewards name.
  const handOver = (entry: LedgerEntry): Voidable | null => {
    if (entry.voided) return null;
    if (entry.kind === "earn") return { kind: "stamp", id: entry.id };
    const reward = rewards.find((each) => each.id === entry.reward_id && each.state === "redeemed");
    return entry.kind === "redeem" && reward?.redemption_id ? { kind: "redemption", id: reward.redemption_id } : null;
  };
  return (
    <Section title={t.history}>
      {query.error && !query.data ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading>
          <Skeleton lines={8} className="h-5" />
        </Loading>
      ) : days.length === 0 ? (
        <p className="text-muted">{t.historyEmpty}</p>
      ) : (
        days.map(({ day, entries: ofDay }) => (
          <section key={`${day}-${ofDay[0]?.id}`} className="[&+section]:mt-4">
            <h3 className="mb-1 text-12 font-medium text-muted">{day}</h3>
            <ol className="relative">
              {ofDay.map((entry) => (
                <LedgerLine
                  key={entry.id}
                  entry={entry}
                  voidedBy={voids.get(entry.id)}
                  voidable={handOver(entry)}
                  onVoid={setVoiding}
                />
              ))}
            </ol>
          </section>
        ))
      )}
      {query.hasNextPage ? (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t.older}
        </Button>
      ) : null}
      {voiding ? <VoidDialog voidable={voiding} onClose={() => setVoiding(null)} /> : null}
    </Section>
  );
}
