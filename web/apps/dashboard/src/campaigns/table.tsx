import { Cell, Head, HeadCell, Row, RowLink, Rows, Table } from "@sello/ui/table";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { StateTag } from "./state-tag";
import type { Campaign } from "./types";
import { texts } from "./words/list";
import { texts as triggers } from "./words/triggers";

/** Campaigns one below the other; a draft leads to its editor, every other to what it does. */
export function CampaignTable({ campaigns }: { campaigns: readonly Campaign[] }) {
  const t = useTexts(texts);
  return (
    <Table label={t.caption}>
      <Head>
        <HeadCell>{t.columns.name}</HeadCell>
        <HeadCell>{t.columns.state}</HeadCell>
        <HeadCell numeric>{t.columns.waiting}</HeadCell>
        <HeadCell numeric>{t.columns.sent}</HeadCell>
        <HeadCell numeric wide>
          {t.columns.read}
        </HeadCell>
        <HeadCell numeric>{t.columns.spent}</HeadCell>
      </Head>
      <Rows>
        {campaigns.map((campaign) => (
          <CampaignRow key={campaign.id} campaign={campaign} />
        ))}
      </Rows>
    </Table>
  );
}

function CampaignRow({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const { said } = useTexts(triggers);
  const { number, money } = useFormat();
  const { progress, state } = campaign;
  const began = state !== "draft";
  const taken = progress.accepted + progress.delivered + progress.opened + progress.failed;
  return (
    <Row>
      <Cell className="max-w-80">
        <RowLink asChild className="block truncate">
          <Link to={`/app/campanas/${campaign.id}`}>{campaign.name}</Link>
        </RowLink>
        <span className="block truncate text-12 text-muted">{said(campaign.trigger)}</span>
      </Cell>
      <Cell keep>
        <StateTag state={state} />
      </Cell>
      <Cell numeric label={t.columns.waiting}>
        {began ? number(progress.waiting + progress.doubtful) : "–"}
      </Cell>
      <Cell numeric keep label={t.columns.sent}>
        {began ? number(taken) : "–"}
      </Cell>
      <Cell numeric wide>
        {began ? number(progress.opened) : "–"}
      </Cell>
      <Cell numeric className="max-sm:hidden">
        {began ? money(campaign.committed_micros / 1_000_000) : "–"}
      </Cell>
    </Row>
  );
}
