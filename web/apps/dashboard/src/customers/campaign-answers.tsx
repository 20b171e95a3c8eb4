import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import { Check, X } from "lucide-react";
import { Link } from "react-router";

import { $api } from "../api";
import { useWhy } from "../messages/use-why";
import { texts as words } from "../messages/words";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Profile } from "./use-card";
import { texts } from "./words/messages";

const SHOWN = 8;

/** Of each campaign, why somebody got its message or did not. Nothing where there never was one. */
export function CampaignAnswers({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const w = useTexts(words);
  const why = useWhy();
  const { when } = useFormat();
  const query = $api.useQuery("get", "/api/v1/customers/{customer_id}/campaign-answers", {
    params: { path: { customer_id: profile.id } },
  });
  if (query.isError && !query.data)
    return (
      <Section title={t.why}>
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      </Section>
    );
  if (!query.data)
    return (
      <Section title={t.why}>
        <Skeleton lines={2} className="h-5" />
      </Section>
    );
  if (query.data.answers.length === 0) return null;
  return (
    <Section title={t.why}>
      <ul className="grid gap-3">
        {query.data.answers.slice(0, SHOWN).map((answer) => {
          const got = answer.outcome === "message";
          const Sign = got ? Check : X;
          return (
            <li key={answer.campaign_id} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
              <Sign aria-hidden="true" className={got ? "size-5 text-ok" : "size-5 text-muted"} />
              <div className="wrap-anywhere">
                <p className="font-semibold">
                  <Link to={`/app/campanas/${answer.campaign_id}`}>{answer.campaign_name}</Link>
                </p>
                <p className="text-12 text-muted">
                  {got
                    ? t.got
                    : answer.outcome === "held_out"
                      ? w.heldOut
                      : answer.reason
                        ? why.reason(answer.reason)
                        : t.not}
                  {answer.until ? `, ${w.until(when(answer.until))}` : ""}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
