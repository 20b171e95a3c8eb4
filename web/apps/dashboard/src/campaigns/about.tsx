import { Section } from "@sello/ui/page";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { MessagePreview } from "./message-preview";
import { plain } from "./ribbon";
import type { Campaign } from "./types";
import { useTemplates } from "./use-templates";
import { Pair } from "./verdict";
import { texts } from "./words/campaign";
import { texts as triggers } from "./words/triggers";

/** What it says to whom, and within which bounds. */
export function About({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const { said } = useTexts(triggers);
  const { money } = useFormat();
  const template = useTemplates().data?.templates.find(({ id }) => id === campaign.template_id);
  const given = campaign.discount_percent !== null ? t.percentOff(campaign.discount_percent) : (campaign.gift ?? null);
  const { quiet_from: from, quiet_until: until } = campaign;
  return (
    <Section title={t.about}>
      {template ? <MessagePreview template={template} /> : null}
      <dl className="mt-4 divide-y divide-line">
        <Pair name={t.who}>{said(campaign.trigger)}</Pair>
        <Pair name={t.what}>{campaign.template_name}</Pair>
        <Pair name={t.gift}>{given === null ? t.noGift : `${given}, ${t.codeDays(campaign.code_days)}`}</Pair>
        <Pair name={t.aside2}>{campaign.holdout_percent} %</Pair>
        <Pair name={t.hours}>{from === until ? t.anyHour : `${plain(until)} – ${plain(from)}`}</Pair>
        <Pair name={t.cap}>{campaign.budget_centimos === null ? t.noCap : money(campaign.budget_centimos / 100)}</Pair>
      </dl>
    </Section>
  );
}
