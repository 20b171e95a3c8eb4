import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import { useState } from "react";

import { $api } from "../api";
import { useTexts } from "../texts";
import { AnswerDialog } from "./answer-dialog";
import { AskDialog } from "./ask-dialog";
import { RequestLine, type PrivacyRequest } from "./request-line";
import type { Profile } from "./use-card";
import { texts } from "./words/requests";

/** What this person asked for about their data, each with its clock. */
export function PersonRequests({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const [asking, setAsking] = useState(false);
  const [answering, setAnswering] = useState<PrivacyRequest | null>(null);
  const query = $api.useQuery("get", "/api/v1/privacy-requests", {
    params: { query: { customer_id: profile.id, waiting: false, limit: 20 } },
  });
  return (
    <Section
      title={t.ofPerson}
      actions={
        <Button size="s" onClick={() => setAsking(true)}>
          {t.askGo}
        </Button>
      }
    >
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Skeleton lines={1} />
      ) : query.data.requests.length === 0 ? (
        <p className="text-muted">{t.ofPersonNone}</p>
      ) : (
        <ul className="-mt-3">
          {query.data.requests.map((request) => (
            <RequestLine key={request.id} request={request} onAnswer={() => setAnswering(request)} />
          ))}
        </ul>
      )}
      {asking ? <AskDialog customerId={profile.id} onClose={() => setAsking(false)} /> : null}
      {answering ? <AnswerDialog request={answering} onClose={() => setAnswering(null)} /> : null}
    </Section>
  );
}
