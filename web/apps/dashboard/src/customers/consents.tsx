import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { useState } from "react";

import { $api, api, refusalOf } from "../api";
import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { AskConsent, ProofDialog } from "./consent-dialogs";
import type { Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/about";

type Entry = Body<"ConsentEntry">;

/** Everything somebody said about news and offers, each with its proof; and a place to note what they say now. */
export function Consents({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const { when } = useFormat();
  const renew = useRenew();
  const [proof, setProof] = useState<Entry | null>(null);
  const [asking, setAsking] = useState(false);
  const query = $api.useQuery("get", "/api/v1/customers/{customer_id}/consents", {
    params: { path: { customer_id: profile.id } },
  });
  const say = async (marketing: boolean) => {
    await api.PUT("/api/v1/customers/{customer_id}/consent", {
      params: { path: { customer_id: profile.id } },
      body: { marketing, language },
    });
    await renew();
    toast({ text: marketing ? t.consentSaid : t.consentStopped });
  };
  const stop = () => {
    say(false).catch((error: unknown) => toast({ text: refusalOf(error)?.message || t.trouble, tone: "bad" }));
  };
  const entries = query.data?.entries ?? [];
  return (
    <Section
      title={t.consent}
      lead={t.consentLead}
      actions={
        query.data ? (
          <Button size="s" onClick={() => (query.data.marketing ? stop() : setAsking(true))}>
            {query.data.marketing ? t.consentStop : t.consentSay}
          </Button>
        ) : null
      }
    >
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Skeleton lines={2} />
      ) : entries.length === 0 ? (
        <p className="text-muted">{t.consentNone}</p>
      ) : (
        <Table label={t.consent}>
          <Head>
            <HeadCell>{t.when}</HeadCell>
            <HeadCell>{t.what}</HeadCell>
            <HeadCell>{t.way}</HeadCell>
            <HeadCell>
              <span className="sr-only">{t.proof}</span>
            </HeadCell>
          </Head>
          <Rows>
            {entries.map((entry) => (
              <Row key={entry.recorded_at}>
                <Cell className="whitespace-nowrap">{when(entry.recorded_at)}</Cell>
                <Cell keep>
                  <Tag state={entry.kind === "opt_in" ? "ok" : "off"}>
                    {entry.kind === "opt_in" ? t.consentYes : t.consentNo}
                  </Tag>
                </Cell>
                <Cell className="text-muted">{t.ways[entry.source]}</Cell>
                <Cell keep numeric>
                  <Button
                    size="s"
                    variant="quiet"
                    aria-label={t.proofOf(when(entry.recorded_at))}
                    onClick={() => setProof(entry)}
                  >
                    {t.proof}
                  </Button>
                </Cell>
              </Row>
            ))}
          </Rows>
        </Table>
      )}
      {proof ? <ProofDialog entry={proof} onClose={() => setProof(null)} /> : null}
      {asking ? <AskConsent onClose={() => setAsking(false)} onYes={() => say(true)} /> : null}
    </Section>
  );
}
