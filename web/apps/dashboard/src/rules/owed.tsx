import type { Body } from "@sello/api";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type Owed = Body<"OwedAnswer">;

/** What customers hold already: stamps on their cards and rewards to collect, by when they end. */
export function OwedSection({ businessId }: { businessId: string }) {
  const t = useTexts(texts).owed;
  const query = $api.useQuery("get", "/api/v1/businesses/{business_id}/owed", {
    params: { path: { business_id: businessId } },
  });
  return (
    <Section title={t.title}>
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading>
          <Skeleton lines={3} />
        </Loading>
      ) : query.data.stamps.length + query.data.rewards.length === 0 ? (
        <p className="text-muted">{t.none}</p>
      ) : (
        <OwedList owed={query.data} />
      )}
    </Section>
  );
}

function OwedList({ owed }: { owed: Owed }) {
  const t = useTexts(texts).owed;
  const { number } = useFormat();
  return (
    <dl>
      {owed.rewards.map((one) => (
        <Line key={`${one.title}-${one.ends}`} term={one.title} amount={number(one.rewards)} more={t.ends[one.ends]} />
      ))}
      {owed.stamps.map((one) => (
        <Line
          key={one.ends}
          term={t.stamps}
          amount={number(one.stamps)}
          more={`${t.cards(number(one.cards), one.cards === 1)}, ${t.ends[one.ends]}`}
        />
      ))}
    </dl>
  );
}

function Line({ term, amount, more }: { term: string; amount: string; more: string }) {
  return (
    <div className="flex items-baseline gap-3 border-t border-line py-2 first:border-t-0 first:pt-0">
      <dt className="min-w-0 flex-1 wrap-anywhere">{term}</dt>
      <dd className="text-right">
        <b>{amount}</b> <span className="text-muted">{more}</span>
      </dd>
    </div>
  );
}
