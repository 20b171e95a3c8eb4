import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";

import type { ReactNode } from "react";

import { number } from "../format";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { useRewards, useRules, type EarnedReward, type Profile } from "./use-card";
import { texts } from "./words/card";

const OLD_ONES = 3;

/** What waits to be handed over, what is missing for the next one, and what became of the last ones. */
export function Rewards({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const query = useRewards(profile.card_id);
  const steps = useRules().data?.steps ?? [];
  const ahead = steps.filter((step) => step.at > profile.balance);
  const rewards = (query.data?.rewards ?? []).filter((reward) => reward.state !== "revoked");
  const open = rewards.filter((reward) => reward.state === "ready" || reward.state === "reserved");
  const over = rewards.filter((reward) => !open.includes(reward)).slice(0, OLD_ONES);
  const earned = rewards.length;
  return (
    <Section title={t.rewards}>
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Skeleton lines={3} />
      ) : (
        <>
          <ul className="[&>li+li]:border-t [&>li+li]:border-line">
            {open.map((reward) => (
              <Line key={reward.id} title={reward.title}>
                <Tag state="gift">
                  <OpenState reward={reward} />
                </Tag>
              </Line>
            ))}
            {ahead.map((step) => (
              <Line key={step.at} title={step.title}>
                <b className="font-semibold">{t.missing(step.at - profile.balance)}</b>
              </Line>
            ))}
            {over.map((reward) => (
              <Line key={reward.id} title={reward.title}>
                <OverState reward={reward} />
              </Line>
            ))}
            {earned > 0 ? (
              <Line title={t.given}>{t.givenOf(number(earned), number(profile.history.rewards_redeemed))}</Line>
            ) : null}
          </ul>
          {open.length > 0 ? <p className="mt-2 text-12 text-muted">{t.readyHow}</p> : null}
        </>
      )}
    </Section>
  );
}

function Line({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
      <span className="wrap-anywhere">{title}</span>
      <span className="ml-auto text-right text-muted [&_b]:text-ink">{children}</span>
    </li>
  );
}

function OpenState({ reward }: { reward: EarnedReward }) {
  const t = useTexts(texts);
  const { calendarDay } = useFormat();
  if (reward.state === "reserved") return t.reserved;
  return reward.good_until ? t.readyUntil(calendarDay(reward.good_until)) : t.ready;
}

function OverState({ reward }: { reward: EarnedReward }) {
  const t = useTexts(texts);
  const { nearDay, calendarDay } = useFormat();
  if (reward.state === "redeemed" && reward.redeemed_at)
    return t.redeemed(nearDay(reward.redeemed_at), reward.redeemed_by ?? "");
  return t.expired(reward.good_until ? calendarDay(reward.good_until) : "");
}
