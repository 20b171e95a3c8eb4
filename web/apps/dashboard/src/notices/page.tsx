import { Button } from "@sello/ui/button";
import { Page, Section, Split } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { useWords } from "@sello/ui/words";
import { useSearchParams } from "react-router";

import { useToReview } from "../live/use-to-review";
import { CertificateNote } from "../phones/certificate-note";
import { usePassType } from "../phones/use-pass-type";
import { useTexts } from "../texts";
import { CampaignAlerts } from "./campaign-alerts";
import { Notice } from "./notice";
import { texts } from "./texts";
import { useNotices, type Group } from "./use-notices";

/** Odd patterns in plain words: what happened, what shows it, and what to do about it. */
export function NoticesPage() {
  const t = useTexts(texts);
  const words = useWords();
  const [query, setQuery] = useSearchParams();
  const group: Group = query.get("ver") === "revisados" ? "seen" : "open";
  const choose = (next: Group) => setQuery(next === "seen" ? { ver: "revisados" } : {}, { replace: true });
  const { odd: toReview, campaigns } = useToReview();
  const notices = useNotices(group);
  const pass = usePassType().data;
  const shown = notices.data?.pages.flatMap((page) => page.signals) ?? [];
  const title =
    group === "seen"
      ? t.seenTitle
      : toReview > 0
        ? t.title(toReview)
        : campaigns > 0
          ? t.ofCampaigns(campaigns)
          : t.calm;
  return (
    <Page title={title} lead={t.lead}>
      <Segments
        label={t.group}
        value={group}
        onChange={choose}
        options={[
          { value: "open", label: t.open, count: toReview + campaigns > 0 ? toReview + campaigns : undefined },
          { value: "seen", label: t.seen },
        ]}
        className="mb-6"
      />
      {group === "open" && pass ? <CertificateNote pass={pass} className="mb-6" /> : null}
      <CampaignAlerts group={group} />
      <Split>
        {notices.isPending ? (
          <Loading>
            {[0, 1].map((each) => (
              <div key={each} className="mb-8 border-t border-rule pt-3">
                <Skeleton className="h-5 w-3/5" />
                <Skeleton className="mt-4" />
                <Skeleton className="mt-2 w-4/5" />
                <Skeleton className="mt-6 h-9 w-64" />
              </div>
            ))}
          </Loading>
        ) : notices.isError && shown.length === 0 ? (
          <Trouble error={notices.error} onRetry={() => void notices.refetch()} />
        ) : shown.length === 0 ? (
          <None group={group} onOpen={() => choose("open")} />
        ) : (
          <div>
            <ol className="grid gap-8">
              {shown.map((signal) => (
                <Notice key={signal.id} signal={signal} again={notices.again} />
              ))}
            </ol>
            {notices.hasNextPage ? (
              <Button
                className="mt-6"
                wide
                busy={notices.isFetchingNextPage}
                onClick={() => void notices.fetchNextPage()}
              >
                {words.more}
              </Button>
            ) : null}
          </div>
        )}
        <Section title={t.about}>
          <p className="text-muted">{t.aboutText}</p>
        </Section>
      </Split>
    </Page>
  );
}

function None({ group, onOpen }: { group: Group; onOpen: () => void }) {
  const t = useTexts(texts);
  if (group === "open") return <Empty title={t.empty} text={t.emptyText} />;
  return <Empty title={t.emptySeen} text={t.emptySeenText} action={<Button onClick={onOpen}>{t.toOpen}</Button>} />;
}
