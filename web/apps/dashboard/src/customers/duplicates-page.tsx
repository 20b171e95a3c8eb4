import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Page } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { $api, api, refusalOf } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { MergeDialog } from "./merge-dialog";
import { spoken } from "./person-form";
import { useFresh, useRenew } from "./use-fresh";
import { texts } from "./words/merge";

type Pair = Body<"DuplicatePair">;

/** Pairs that may be one person, for the owner to judge: one card, or two people. */
export function DuplicatesPage() {
  const t = useTexts(texts);
  const business = useBusiness();
  const renew = useRenew();
  const [params, setParams] = useSearchParams();
  const dismissed = params.get("ver") === "distintos";
  const [merging, setMerging] = useState<Pair | null>(null);
  useFresh();
  const query = $api.useQuery("get", "/api/v1/businesses/{business_id}/duplicates", {
    params: { path: { business_id: business.id }, query: { dismissed, limit: 100 } },
  });
  const tell = async ({ customers: [one, other] }: Pair, distinct: boolean, undoable = true) => {
    if (!one || !other) return;
    try {
      await api.PUT("/api/v1/customers/{customer_id}/distinction", {
        params: { path: { customer_id: one.customer_id } },
        body: { other: other.customer_id, distinct },
      });
      const pair = { name: "", customers: [one, other] };
      toast({
        text: distinct ? t.toldApart : t.toldAgain,
        ...(undoable ? { undo: () => void tell(pair, !distinct, false) } : {}),
      });
    } catch (error) {
      toast({ text: refusalOf(error)?.message || t.trouble, tone: "bad" });
    }
    await renew();
  };
  const none = dismissed ? t.noneDismissed : t.none;
  const [one, other] = merging?.customers ?? [];
  return (
    <Page title={t.title} lead={t.lead} above={<Link to="/app/clientes">{t.customers}</Link>}>
      <Segments
        label={t.show}
        value={dismissed ? "dismissed" : "open"}
        onChange={(value) => setParams(value === "dismissed" ? { ver: "distintos" } : {}, { replace: true })}
        options={[
          { value: "open", label: t.open },
          { value: "dismissed", label: t.dismissed },
        ]}
      />
      {query.error && !query.data ? (
        <Trouble error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading>
          <Skeleton lines={6} className="mt-4 h-6" />
        </Loading>
      ) : query.data.pairs.length === 0 ? (
        <Empty title={none.title} text={none.text} />
      ) : (
        <ul>
          {query.data.pairs.map((pair) => (
            <PairLine
              key={pair.customers.map((each) => each.customer_id).join()}
              pair={pair}
              dismissed={dismissed}
              onMerge={() => setMerging(pair)}
              onTell={(distinct) => void tell(pair, distinct)}
            />
          ))}
        </ul>
      )}
      {one && other ? (
        <MergeDialog ids={[one.customer_id, other.customer_id]} onClose={() => setMerging(null)} />
      ) : null}
    </Page>
  );
}

type PairLineProps = { pair: Pair; dismissed: boolean; onMerge: () => void; onTell: (distinct: boolean) => void };

function PairLine({ pair, dismissed, onMerge, onTell }: PairLineProps) {
  const t = useTexts(texts);
  return (
    <li className="grid items-center gap-x-6 gap-y-3 border-b border-line py-4 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div>
        <h2 className="wrap-anywhere">{t.pair(pair.name)}</h2>
        <ul className="mt-1 flex flex-wrap gap-x-8 gap-y-1">
          {pair.customers.map((each) => (
            <li key={each.customer_id} className="flex flex-wrap gap-x-3">
              <Link
                to={`/app/clientes/${each.customer_id}`}
                className="whitespace-nowrap max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
              >
                {spoken(each.phone)}
              </Link>
              <span className="text-muted max-sm:self-center">{t.stamps(each.balance)}</span>
            </li>
          ))}
        </ul>
      </div>
      <div className="flex flex-wrap gap-2">
        {dismissed ? (
          <Button aria-label={t.againOf(pair.name)} onClick={() => onTell(false)}>
            {t.again}
          </Button>
        ) : (
          <>
            <Button aria-label={t.sameOf(pair.name)} onClick={onMerge}>
              {t.same}
            </Button>
            <Button variant="quiet" aria-label={t.distinctOf(pair.name)} onClick={() => onTell(true)}>
              {t.distinct}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
