import { SelectField } from "@sello/ui/field";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";

import { api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Refused } from "../refused";
import type { Draft } from "./draft";
import { texts } from "./words/triggers";

type Props = { draft: Draft; onChange: (part: Partial<Draft>) => void };
type Group = "at_risk" | "lost" | "ready" | "active" | "new" | "once" | "birthday";

const GROUPS: readonly Group[] = ["at_risk", "lost", "ready", "active", "new", "once", "birthday"];
const MOST = 10_000;
const PAGE = 100;

/** A group of today's customers becomes a list of them: who joins it tomorrow is not on it. */
export function SegmentFields({ draft, onChange }: Props) {
  const t = useTexts(texts);
  const { number } = useFormat();
  const [read, setRead] = useState(0);
  const business = useBusiness();
  const list = useQuery({
    queryKey: ["campaign-group", business.id, draft.group],
    queryFn: ({ signal }) => idsOf(business.id, draft.group as Group, signal, setRead),
    enabled: draft.listed === null && draft.group !== PICKED,
    staleTime: 60_000,
  });
  const take = useEffectEvent((ids: string[]) => onChange({ trigger: { kind: "segment", customer_ids: ids } }));
  useEffect(() => {
    if (list.data) take(list.data);
  }, [list.data]);
  if (draft.listed !== null)
    return (
      <p>
        <b>{t.listed(draft.listed, number(draft.listed))}</b> <span className="text-muted">{t.listFixed}</span>
      </p>
    );
  const count = draft.trigger.kind === "segment" ? draft.trigger.customer_ids.length : 0;
  return (
    <>
      <SelectField
        label={t.group}
        value={draft.group}
        onChange={(group) => onChange({ group, trigger: { kind: "segment", customer_ids: [] } })}
        options={[
          ...(draft.group === PICKED ? [{ value: PICKED, label: t.picked }] : []),
          ...GROUPS.map((value) => ({ value, label: t.groups[value] ?? value })),
        ]}
        wrap="w-64 max-w-full"
      />
      <p role="status" className="self-end pb-2 text-muted">
        {list.isFetching
          ? t.listing(number(read))
          : list.error
            ? null
            : count === 0
              ? t.nobody
              : t.listed(count, number(count))}
      </p>
      <Refused error={list.error} />
    </>
  );
}

/** The group of those who were picked one by one in the list of customers. */
export const PICKED = "picked";

async function idsOf(business: string, group: Group, signal: AbortSignal, tell: (n: number) => void) {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { group: Group; order: "newest"; limit: number; cursor?: string } = {
      group,
      order: "newest",
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    };
    const { data } = await api.GET("/api/v1/businesses/{business_id}/directory", {
      params: { path: { business_id: business }, query },
      signal,
    });
    ids.push(...(data?.customers.map(({ id }) => id) ?? []));
    cursor = data?.next ?? null;
    tell(ids.length);
  } while (cursor !== null && ids.length < MOST);
  return ids.slice(0, MOST);
}
