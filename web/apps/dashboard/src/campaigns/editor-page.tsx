import { LinkButton } from "@sello/ui/button";
import { Page } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { useState } from "react";
import { Link, useLocation, useParams } from "react-router";

import { useTexts } from "../texts";
import { draftOf, newDraft, type Draft } from "./draft";
import { Editor } from "./editor";
import { PICKED } from "./segment-fields";
import { useCampaign } from "./use-campaigns";
import { texts } from "./words/editor";

/** A campaign that does not exist yet; `state.customers` are those who were picked in the list. */
export function NewCampaignPage() {
  const { state } = useLocation() as { state: { customers?: string[] } | null };
  const [draft] = useState(() => pickedDraft(state?.customers));
  return <Editor first={draft} />;
}

function pickedDraft(customers: string[] | undefined): Draft {
  const draft = newDraft();
  if (!customers || customers.length === 0) return draft;
  return { ...draft, group: PICKED, trigger: { kind: "segment", customer_ids: customers } };
}

/** A draft that was saved. */
export function EditCampaignPage() {
  const t = useTexts(texts);
  const { id = "" } = useParams();
  const query = useCampaign(id);
  if (query.data?.state === "draft") return <Editor key={id} first={draftOf(query.data)} />;
  return (
    <Page title={query.data?.name ?? t.campaigns} above={<Link to="/app/campanas">{t.campaigns}</Link>}>
      {query.data ? (
        <Empty
          title={t.fixed}
          text={t.fixedText}
          action={
            <LinkButton asChild>
              <Link to={`/app/campanas/${id}`}>{t.toCampaign}</Link>
            </LinkButton>
          }
        />
      ) : query.isError ? (
        <Trouble error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading>
          <Skeleton lines={6} className="h-6" />
        </Loading>
      )}
    </Page>
  );
}
