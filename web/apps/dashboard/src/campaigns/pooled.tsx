import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { useTexts } from "../texts";
import { Verdict } from "./verdict";
import { texts } from "./words/list";

/** Whether campaigns work at all: one small campaign seldom proves anything, together they may. */
export function Pooled() {
  const t = useTexts(texts);
  const pooled = $api.useQuery("get", "/api/v1/campaign-results", {}, { staleTime: 60_000 });
  return (
    <Section title={t.pooled} lead={t.pooledWhat}>
      {pooled.data ? (
        <Verdict lift={pooled.data.lift} costCentimos={pooled.data.cost_centimos} />
      ) : pooled.isError ? (
        <Trouble small level={3} error={pooled.error} onRetry={() => void pooled.refetch()} />
      ) : (
        <Skeleton lines={3} className="h-6" />
      )}
    </Section>
  );
}
