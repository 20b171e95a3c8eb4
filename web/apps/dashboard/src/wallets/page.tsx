import { Page, Section, Split, Stack } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { CertificateNote } from "../phones/certificate-note";
import { usePassType } from "../phones/use-pass-type";
import { useTexts } from "../texts";
import { LateSection } from "./late";
import { PassTypeSection } from "./pass-type";
import { SharesSection } from "./shares";
import { texts } from "./texts";

const LOOK_EVERY = 30_000; // ms

/** Where the shop's cards are, which of them are behind and why, and what they rest on. */
export function WalletsPage() {
  const t = useTexts(texts);
  const query = $api.useQuery("get", "/api/v1/wallets", {}, { refetchInterval: LOOK_EVERY });
  const pass = usePassType().data;
  const shares = query.data?.shares;
  const held = shares ? shares.customers - shares.web_only : 0;
  return (
    <Page title={shares ? t.title(held, shares.customers) : t.fallback} lead={t.lead}>
      <Split>
        <Stack>
          {pass ? <CertificateNote pass={pass} /> : null}
          {query.isError && !query.data ? (
            <Trouble error={query.error} onRetry={() => void query.refetch()} />
          ) : !query.data ? (
            <Loading>
              <Skeleton className="mb-4 h-3" />
              <Skeleton lines={6} className="h-5" />
            </Loading>
          ) : (
            <>
              <SharesSection shares={query.data.shares} />
              <LateSection late={query.data.late} />
            </>
          )}
        </Stack>
        <Stack>
          <PassTypeSection />
          <Section title={t.how}>
            <p className="text-muted">{t.howText}</p>
          </Section>
        </Stack>
      </Split>
    </Page>
  );
}
