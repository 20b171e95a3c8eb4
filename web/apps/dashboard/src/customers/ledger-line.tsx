import { Button } from "@sello/ui/button";
import { cx } from "@sello/ui/cx";
import { Ring } from "@sello/ui/mark";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { kindOf, type LedgerEntry } from "./ledger-days";
import type { Voidable } from "./void-dialog";
import { texts } from "./words/card";

type LedgerLineProps = {
  entry: LedgerEntry;
  voidedBy: LedgerEntry | undefined;
  voidable: Voidable | null;
  onVoid: (voidable: Voidable) => void;
};

/** One thing that happened: what, by whom, when; its ring is red for a reward, grey for what no longer counts. */
export function LedgerLine({ entry, voidedBy, voidable, onVoid }: LedgerLineProps) {
  const t = useTexts(texts);
  const { time, when, money } = useFormat();
  const title = useTitle(entry);
  const prize = entry.kind === "issue_reward" || entry.kind === "redeem";
  const late = Math.abs(Date.parse(entry.recorded_at) - Date.parse(entry.occurred_at)) > 10 * 60_000;
  const about = [
    entry.by,
    entry.amount_centimos === null ? null : money(entry.amount_centimos / 100),
    late && entry.kind !== "void" ? t.visitAt(when(entry.occurred_at)) : null,
    ...entry.flags.map((flag) => t.flags[flag]),
  ].filter(Boolean);
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)_auto] gap-x-3 border-b border-line py-2.5 last:border-b-0">
      <Ring className={cx("mt-0.5 size-4", entry.voided ? "text-ghost" : prize ? "text-accent" : "text-ink")} />
      <div className="min-w-0 wrap-anywhere">
        <p>
          <b className={cx("font-semibold", entry.voided && "text-muted line-through")}>{title}</b>
          {entry.voided ? ` ${t.voided}` : ""}
        </p>
        {about.length > 0 ? <p className="text-12 text-muted">{about.join(" · ")}</p> : null}
        {entry.reason ? <p className="text-12">{t.why(entry.reason)}</p> : null}
        {voidedBy ? (
          <p className="text-12">
            {voidedBy.reason ? `${t.why(voidedBy.reason)} ` : ""}
            {t.voidedBy(voidedBy.by ?? "")}
          </p>
        ) : null}
      </div>
      <div className="flex items-start gap-2">
        {voidable ? (
          <Button
            size="s"
            variant="quiet"
            className="-my-1.5 text-refuse max-sm:-my-3"
            aria-label={t.voidLabel(title)}
            onClick={() => onVoid({ ...voidable, title })}
          >
            {t.void}
          </Button>
        ) : null}
        <time dateTime={entry.recorded_at} className="min-w-10 text-right text-muted">
          {time(entry.recorded_at)}
        </time>
      </div>
    </li>
  );
}

function useTitle(entry: LedgerEntry): string {
  const { kinds, reward } = useTexts(texts);
  const moved = { n: Math.abs(entry.delta), total: entry.balance_after };
  const title = entry.reward_title ?? reward;
  const kind = kindOf(entry);
  switch (kind) {
    case "adjusted":
      return entry.delta > 0 ? kinds.added(moved) : kinds.taken(moved);
    case "merged":
      return entry.delta >= 0 ? kinds.came(moved) : kinds.left(moved);
    case "earned":
    case "redeemed":
    case "reward_expired":
      return kinds[kind](title);
    case "history":
      return kinds.history();
    case "undone":
      return kinds.undone;
    default:
      return kinds[kind](moved);
  }
}
