import { Button } from "@sello/ui/button";
import { Page } from "@sello/ui/page";
import { tell } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { ArchiveSection } from "./archive-section";
import { texts } from "./texts";

const REMEMBERED = 2200; // ms for which every part of the platform may still take it for closed
const DAYS_30 = 30 * 24 * 60 * 60 * 1000; // as long as the API lets a shop be opened again

/** All that is left of a closed shop: opening it again, taking everything along. */
export function ClosedShop() {
  const t = useTexts(texts).closed;
  const business = useBusiness();
  const { day } = useFormat();
  const queries = useQueryClient();
  const reopen = $api.useMutation("delete", "/api/v1/businesses/{business_id}/closure", {
    onSuccess: async () => {
      await new Promise((open) => setTimeout(open, REMEMBERED));
      toast({ text: t.reopened });
      await queries.invalidateQueries();
    },
  });
  const until = new Date(business.closed_at ?? 0).getTime() + DAYS_30;
  return (
    <Page title={t.title(business.name)} lead={t.lead(day(until))}>
      <div className="mb-10 grid justify-items-start gap-2">
        <Button
          variant="main"
          busy={reopen.isPending}
          onClick={() => reopen.mutate({ params: { path: { business_id: business.id } } })}
        >
          {t.reopen}
        </Button>
        {reopen.error ? (
          <p role="alert" className="text-12 text-refuse">
            {tell(reopen.error).message}
          </p>
        ) : null}
      </div>
      <ArchiveSection />
    </Page>
  );
}
