import { LinkButton } from "@sello/ui/button";
import { Page, Split, Stack } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Link, Navigate, useParams } from "react-router";

import { refusalOf } from "../api";
import { number } from "../format";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { AboutThem } from "./about-them";
import { Acts } from "./acts";
import { CampaignAnswers } from "./campaign-answers";
import { CardDrawn } from "./card-drawn";
import { Consents } from "./consents";
import { Ledger } from "./ledger";
import { Messages } from "./messages";
import { PersonRequests } from "./person-requests";
import { Phones } from "./phones";
import { Reach } from "./reach";
import { Rewards } from "./rewards";
import { StampButton } from "./stamp-button";
import { StateTag } from "./state-tag";
import { useProfile, type Profile } from "./use-card";
import { useEntry } from "./use-directory";
import { useFresh } from "./use-fresh";
import { useRhythm } from "./use-rhythm";
import { texts } from "./words/about";

/** One customer: the card as they see it, what happened on it, what may reach them and why, and what can be done. */
export function CustomerPage() {
  const { id = "" } = useParams();
  return <Customer key={id} id={id} />;
}

function Customer({ id }: { id: string }) {
  const t = useTexts(texts);
  const query = useProfile(id);
  useFresh();
  const back = <Link to="/app/clientes">{t.customers}</Link>;
  if (!query.data) {
    const gone = ["customer_not_found", "invalid", "not_found"].includes(refusalOf(query.error)?.code ?? "");
    return (
      <Page title={gone ? t.gone.title : t.customers} above={back}>
        {gone ? (
          <Empty
            title={t.gone.title}
            text={t.gone.text}
            action={
              <LinkButton asChild>
                <Link to="/app/clientes">{t.gone.back}</Link>
              </LinkButton>
            }
          />
        ) : query.error ? (
          <Trouble error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Loading>
            <Split left>
              <Skeleton className="h-52 rounded-l" />
              <Skeleton lines={9} className="h-5" />
            </Split>
          </Loading>
        )}
      </Page>
    );
  }
  // Merged cards lead on: the address becomes the one of the card that stays.
  if (query.data.id !== id) return <Navigate to={`/app/clientes/${query.data.id}`} replace />;
  const profile = query.data;
  return (
    <Page
      above={back}
      title={profile.name}
      lead={<Summary profile={profile} />}
      actions={
        <>
          <StampButton profile={profile} />
          <Acts profile={profile} />
        </>
      }
    >
      <Split left>
        <Stack>
          <CardDrawn profile={profile} />
          <Rewards profile={profile} />
          <AboutThem profile={profile} />
          <Reach profile={profile} />
          <CampaignAnswers profile={profile} />
        </Stack>
        <Stack>
          <Ledger cardId={profile.card_id} />
          <Phones profile={profile} />
          <Messages profile={profile} />
          <Consents profile={profile} />
          <PersonRequests profile={profile} />
        </Stack>
      </Split>
    </Page>
  );
}

function Summary({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { day } = useFormat();
  const rhythm = useRhythm();
  const entry = useEntry(profile.id).data?.customers[0];
  const counted = entry && (entry.state !== "unseen" || profile.history.visits === 0); // statistics come seconds later
  const visits = t.visits(profile.history.visits, number(profile.history.visits));
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {counted ? (
        <>
          <StateTag state={entry.state} ready={entry.ready} />
          <span aria-hidden="true">·</span>
        </>
      ) : null}
      <span>{t.summary(visits, day(profile.enrolled_at))}</span>
      {entry && entry.visits > 1 ? (
        <>
          <span aria-hidden="true">·</span>
          <span>{rhythm(entry)}</span>
        </>
      ) : null}
    </span>
  );
}
