import { Page } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api, refusalOf } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { Editor } from "./editor";
import { texts } from "./texts";

/** The shop's card and its rules: sentences with blanks, the card beside them, what a change would mean. */
export function RulesPage() {
  const t = useTexts(texts);
  const business = useBusiness();
  const query = $api.useQuery("get", "/api/v1/reward-rules", {}, { retry: false });
  const none = refusalOf(query.error)?.code === "rules_missing";
  if (query.error && !none)
    return (
      <Page title={t.title}>
        <Trouble error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data && !none)
    return (
      <Page title={t.title}>
        <Loading>
          <Skeleton lines={9} className="h-6" />
        </Loading>
      </Page>
    );
  const rules = none ? null : (query.data ?? null);
  return <Editor key={`${business.id}-${rules?.version ?? 0}`} business={business} rules={rules} />;
}
