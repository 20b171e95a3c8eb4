import { LinkButton } from "@sello/ui/button";
import { CopyField } from "@sello/ui/copy";
import { Page, Section, Split, Stack } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Download, Printer } from "lucide-react";
import { Link } from "react-router";

import { $api } from "../api";
import { type Business, useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Sheet } from "./sheet";
import { texts } from "./texts";
import { usePoster } from "./use-poster";

/** The shop's poster: what it says, to download and to print. `onTaken`: it was opened or downloaded. */
export function PosterPage({ onTaken }: { onTaken?: () => void }) {
  const t = useTexts(texts);
  const business = useBusiness();
  if (business.rule_version === 0)
    return (
      <Page title={t.title} lead={t.lead}>
        <Empty
          title={t.noRules}
          text={t.noRulesText}
          action={
            <LinkButton variant="main" asChild>
              <Link to="/app/reglas">{t.rules}</Link>
            </LinkButton>
          }
        />
      </Page>
    );
  return (
    <Page title={t.title} lead={t.lead}>
      <Present business={business} onTaken={onTaken} />
    </Page>
  );
}

function Present({ business, onTaken }: { business: Business; onTaken: (() => void) | undefined }) {
  const t = useTexts(texts);
  const { when } = useFormat();
  const poster = usePoster(business.id, true);
  const rules = $api.useQuery("get", "/api/v1/reward-rules");
  const error = rules.error ?? (poster.making ? null : poster.error);
  if (error) {
    const again = () => void Promise.all([rules.refetch(), poster.refetch()]);
    return <Trouble error={error} onRetry={again} />;
  }
  if (!poster.data || !rules.data)
    return (
      <Loading>
        <p className="mb-3 text-muted">{t.making}</p>
        <Skeleton className="aspect-[210/297] h-auto w-full max-w-md rounded-s" />
      </Loading>
    );
  const { poster_id: code, url, made_at } = poster.data;
  return (
    <Split>
      <Sheet business={business} steps={rules.data.steps} code={code} />
      <Stack>
        <div className="grid gap-2">
          <LinkButton variant="main" size="l" href={url} target="_blank" rel="noreferrer" onClick={onTaken}>
            <Printer aria-hidden="true" />
            {t.open}
          </LinkButton>
          <LinkButton href={url} download={`afiche-${business.slug}.pdf`} onClick={onTaken}>
            <Download aria-hidden="true" />
            {t.download}
          </LinkButton>
          <p className="text-12 text-muted">
            {t.made(when(made_at))} {t.former}
          </p>
        </div>
        <Section title={t.tips}>
          <ul className="grid list-disc gap-1.5 pl-5">
            {t.tipList.map((tip) => (
              <li key={tip}>{tip}</li>
            ))}
          </ul>
        </Section>
        <CopyField label={t.link} hint={t.linkHint} value={`${location.origin}/e/${business.slug}?p=${code}`} />
      </Stack>
    </Split>
  );
}
