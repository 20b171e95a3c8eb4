import { LinkButton } from "@sello/ui/button";
import { CopyField } from "@sello/ui/copy";
import { Page, Section, Split, Stack } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Download, Printer } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { type Business, useBusiness } from "../session/use-session";
import { useChange } from "../settings/use-change";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { DesignField } from "./design-field";
import { DesignPicture, MAKING } from "./design-picture";
import type { Design, Paper } from "./designs";
import { texts } from "./texts";
import { usePoster } from "./use-poster";

/** The shop's poster and table tent: what they say and how they look, to download and to print. `onTaken`: it was opened or downloaded. */
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
  const [paper, setPaper] = useState<Paper>("a4");
  const poster = usePoster(business.id, true, paper);
  const { change, busy, error: refused } = useChange();
  const [wished, setWished] = useState(business.poster_design);
  const design = busy ? wished : business.poster_design; // shown before the server has said yes
  const choose = (next: Design) => {
    setWished(next);
    change({ poster_design: next });
  };
  const error = poster.making ? null : poster.error;
  if (error) return <Trouble error={error} onRetry={() => void poster.refetch()} />;
  const ready = poster.making ? undefined : poster.data;
  if (!ready && !poster.making)
    return (
      <Loading>
        <Skeleton className="aspect-[210/297] h-auto w-full max-w-md rounded-s" />
      </Loading>
    );
  const tent = paper === "tent";
  return (
    <Split>
      <div className="grid gap-4">
        <Segments
          label={t.papers}
          value={paper}
          onChange={setPaper}
          options={[
            { value: "a4", label: t.wall },
            { value: "tent", label: t.table },
          ]}
        />
        <div className="mx-auto w-full max-w-md">
          <DesignPicture
            key={paper}
            design={design}
            paper={paper}
            state={ready?.poster_id ?? MAKING}
            alt={tent ? t.previewTent(business.name) : t.preview(business.name)}
          />
        </div>
      </div>
      <Stack>
        {ready ? (
          <div className="grid gap-2">
            <LinkButton variant="main" size="l" href={ready.url} target="_blank" rel="noreferrer" onClick={onTaken}>
              <Printer aria-hidden="true" />
              {t.open}
            </LinkButton>
            <LinkButton
              href={ready.url}
              download={`${tent ? t.tentFile : t.file}-${business.slug}.pdf`}
              onClick={onTaken}
            >
              <Download aria-hidden="true" />
              {t.download}
            </LinkButton>
            <p className="text-12 text-muted">
              {t.made(when(ready.made_at))} {t.former}
            </p>
          </div>
        ) : (
          <p role="status" className="text-muted">
            {t.making}
          </p>
        )}
        <div className="grid gap-2">
          <DesignField value={design} paper={paper} state={ready?.poster_id ?? MAKING} busy={busy} onChange={choose} />
          {refused ? <Trouble error={refused} /> : null}
        </div>
        <Section title={tent ? t.tentTips : t.tips}>
          <ul className="grid list-disc gap-1.5 pl-5">
            {(tent ? t.tentTipList : t.tipList).map((tip) => (
              <li key={tip}>{tip}</li>
            ))}
          </ul>
        </Section>
        {ready ? (
          <CopyField
            label={tent ? t.tentLink : t.link}
            hint={t.linkHint}
            value={`${location.origin}/e/${business.slug}?p=${ready.poster_id}`}
          />
        ) : null}
      </Stack>
    </Split>
  );
}
