import { LinkButton } from "@sello/ui/button";
import { Note } from "@sello/ui/note";
import { Page, Section, Split, Stack } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Link, useParams } from "react-router";

import { refusalOf } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { About } from "./about";
import { Acts } from "./acts";
import { DayTable } from "./day-table";
import { LeftOut } from "./left-out";
import { Progress } from "./progress";
import { StateTag } from "./state-tag";
import type { Campaign, Results } from "./types";
import { useCampaign, useFresh, useResults } from "./use-campaigns";
import { Pair, Verdict } from "./verdict";
import { texts } from "./words/campaign";

/** One campaign: whether it worked, what happened to its messages, who did not get one and why. */
export function CampaignPage() {
  const t = useTexts(texts);
  const { id = "" } = useParams();
  const query = useCampaign(id);
  useFresh();
  const above = <Link to="/app/campanas">{t.campaigns}</Link>;
  if (query.data) return <Shown campaign={query.data} />;
  const gone = ["campaign_not_found", "not_found", "invalid"].includes(refusalOf(query.error)?.code ?? "");
  return (
    <Page title={gone ? t.gone : t.campaigns} above={above}>
      {gone ? (
        <Empty
          title={t.gone}
          text={t.goneText}
          action={
            <LinkButton asChild>
              <Link to="/app/campanas">{t.back}</Link>
            </LinkButton>
          }
        />
      ) : query.isError ? (
        <Trouble error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading>
          <Skeleton lines={8} className="h-6" />
        </Loading>
      )}
    </Page>
  );
}

function Shown({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const { when } = useFormat();
  const { state } = campaign;
  const began = campaign.activated_at;
  const results = useResults(campaign);
  return (
    <Page
      above={<Link to="/app/campanas">{t.campaigns}</Link>}
      title={campaign.name}
      lead={
        <span className="flex flex-wrap items-center gap-x-2">
          <StateTag state={state} />
          <span aria-hidden="true">·</span>
          <span>
            {state === "draft" || began === null
              ? t.lead.draft
              : campaign.ended_at !== null
                ? t.lead.ended(when(campaign.ended_at))
                : t.lead.active(when(began))}
          </span>
        </span>
      }
      actions={<Acts campaign={campaign} />}
    >
      <Stack>
        {campaign.paused_why !== null && state === "paused" ? (
          <Note tone="wait" role="status">
            {t.why[campaign.paused_why]}
          </Note>
        ) : null}
        {began !== null ? <Outcome campaign={campaign} results={results.data} /> : null}
        {results.isError && !results.data ? (
          <Trouble small error={results.error} onRetry={() => void results.refetch()} />
        ) : null}
        {began === null ? (
          <About campaign={campaign} />
        ) : (
          <Split>
            <Stack>
              <Progress campaign={campaign} results={results.data} />
              {results.data && results.data.days.length > 0 ? <DayTable days={results.data.days} /> : null}
              <LeftOut campaign={campaign} />
            </Stack>
            <About campaign={campaign} />
          </Split>
        )}
      </Stack>
    </Page>
  );
}

function Outcome({ campaign, results }: { campaign: Campaign; results: Results | undefined }) {
  const t = useTexts(texts);
  const { money } = useFormat();
  return (
    <Section title={t.result}>
      {results ? (
        <Verdict lift={results.lift} costCentimos={results.cost_centimos}>
          {campaign.budget_centimos === null ? null : <Pair name={t.cap}>{money(campaign.budget_centimos / 100)}</Pair>}
          {results.redeemed_centimos > 0 ? (
            <Pair name={t.atTill}>
              <b>{money(results.redeemed_centimos / 100)}</b>
            </Pair>
          ) : null}
          {results.lift.centimos ? (
            <Pair name={t.soles}>
              {t.solesOf(money(results.lift.centimos.message / 100), money(results.lift.centimos.holdout / 100))}
            </Pair>
          ) : null}
        </Verdict>
      ) : (
        <Loading>
          <Skeleton lines={4} className="h-6" />
        </Loading>
      )}
    </Section>
  );
}
