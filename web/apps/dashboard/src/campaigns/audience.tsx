import { Definition } from "@sello/ui/definition";
import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import type { ReactNode } from "react";

import { useWhy } from "../messages/use-why";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Estimate } from "./types";
import { texts } from "./words/editor";
import { texts as triggers } from "./words/triggers";

type AudienceProps = { estimate: Estimate | null | undefined; error: unknown; stale: boolean; onRetry: () => void };

/** Whom it reaches, counted down from all who match, with the reason for everybody left out. */
export function Audience({ estimate, error, stale, onRetry }: AudienceProps) {
  const t = useTexts(texts);
  const { basis } = useTexts(triggers);
  const why = useWhy();
  const { number, money } = useFormat();
  if (!estimate) {
    if (error) return <Trouble small error={error} onRetry={onRetry} />;
    return <Skeleton lines={5} className="h-5" />;
  }
  return (
    <Section
      title={t.reaches(estimate.messages, number(estimate.messages))}
      actions={<span className="whitespace-nowrap">{money(estimate.cost_micros / 1_000_000)}</span>}
    >
      <dl aria-busy={stale}>
        <Line name={t.customers} value={number(estimate.customers)} muted />
        <Line name={t.matching} value={<b>{number(estimate.matching)}</b>} />
        {estimate.left_out.map(({ reason, count }) => (
          <Line key={reason} name={why.reason(reason)} value={`−${number(count)}`} />
        ))}
        {estimate.held_out > 0 ? (
          <Line
            name={<Definition term={t.heldOut}>{t.heldOutWhy}</Definition>}
            value={`−${number(estimate.held_out)}`}
          />
        ) : null}
        <Line name={<b>{t.messages}</b>} value={<b>{number(estimate.messages)}</b>} />
      </dl>
      <p className="mt-2 text-12 text-muted">{basis[estimate.basis]}</p>
    </Section>
  );
}

function Line({ name, value, muted = false }: { name: ReactNode; value: ReactNode; muted?: boolean }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-t border-line py-2 first:border-0 first:pt-0">
      <dt className={muted ? "text-muted" : undefined}>{name}</dt>
      <dd className={muted ? "text-muted" : undefined}>{value}</dd>
    </div>
  );
}
