import { Section } from "@sello/ui/page";

import { useWhy } from "../messages/use-why";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { plain } from "./ribbon";
import type { Campaign, Results } from "./types";
import { isMoving } from "./use-campaigns";
import { texts } from "./words/campaign";

type ProgressProps = { campaign: Campaign; results: Results | undefined };

/** What happened to the messages, as it happens: each bar holds those under it. */
export function Progress({ campaign, results }: ProgressProps) {
  const t = useTexts(texts);
  const { number, percent } = useFormat();
  const { progress } = campaign;
  const why = useWhy();
  const counts = results?.counts;
  const read = progress.opened;
  const delivered = progress.delivered + read;
  const sent = progress.accepted + delivered + progress.failed;
  const bars: { key: keyof typeof t.bars; value: number; of: number; hit?: boolean }[] = [
    { key: "members", value: progress.members, of: progress.members },
    { key: "accepted", value: sent, of: progress.members },
    { key: "delivered", value: delivered, of: sent },
    { key: "opened", value: read, of: delivered },
    ...(counts ? [{ key: "clicked" as const, value: counts.clicked, of: delivered }] : []),
    ...(counts && counts.codes > 0
      ? [{ key: "redeemed" as const, value: counts.redeemed, of: delivered, hit: true }]
      : []),
  ];
  const still = (["waiting", "doubtful", "failed", "released"] as const).filter((key) => progress[key] > 0);
  return (
    <Section title={t.live} lead={isMoving(campaign) ? t.liveLead : undefined}>
      {progress.members === 0 ? (
        <p className="text-muted">{t.nobody}</p>
      ) : (
        <ol>
          {bars.map(({ key, value, of, hit }) => (
            <li
              key={key}
              className="grid items-center gap-x-3 py-1.5 max-sm:grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[8rem_minmax(0,1fr)_6rem]"
            >
              <span>{t.bars[key]}</span>
              <span
                aria-hidden="true"
                className="h-5 overflow-hidden rounded-xs bg-sunken max-sm:col-span-full max-sm:row-start-2 max-sm:h-3"
              >
                <span
                  className={hit ? "block h-full bg-accent" : "block h-full bg-ink"}
                  style={{ width: `${progress.members > 0 ? (value / progress.members) * 100 : 0}%` }}
                />
              </span>
              <span className="text-right whitespace-nowrap">
                {number(value)}{" "}
                <small className="text-12 text-muted">
                  {key === "members"
                    ? progress.held_out > 0
                      ? t.aside(number(progress.held_out))
                      : ""
                    : of > 0
                      ? percent(value / of)
                      : ""}
                </small>
              </span>
            </li>
          ))}
        </ol>
      )}
      <div role="status" className="mt-3 grid gap-1 text-muted">
        {still.length > 0 ? (
          <p>{still.map((key) => t.still[key](progress[key], number(progress[key]))).join(" · ")}</p>
        ) : progress.members > 0 ? (
          <p>{t.allOut}</p>
        ) : null}
        {campaign.state === "active" && progress.waiting > 0 && campaign.quiet_from !== campaign.quiet_until ? (
          <p>{t.quiet(plain(campaign.quiet_until), plain(campaign.quiet_from))}</p>
        ) : null}
        {counts ? <p>{t.optOuts(counts.opted_out)}</p> : null}
        {results && results.failed.length > 0 ? (
          <p>
            {t.arrived}:{" "}
            {results.failed
              .map(({ error_code: code, count }) => `${number(count)}, ${code === null ? "–" : why.error(code)}`)
              .join(" · ")}
          </p>
        ) : null}
        {results && results.released.length > 0 ? (
          <ul>
            {results.released.map(({ why: reason, error_code: code, count }) => (
              <li key={`${reason}${code ?? ""}`}>
                {number(count)}: {why.released(reason, code)}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Section>
  );
}
