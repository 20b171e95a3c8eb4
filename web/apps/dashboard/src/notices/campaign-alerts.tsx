import { Button, LinkButton } from "@sello/ui/button";
import { Note } from "@sello/ui/note";
import { Section } from "@sello/ui/page";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";

import { api } from "../api";
import { useTellError } from "../act";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import { useCampaignAlerts, type CampaignAlert } from "./use-campaign-alerts";
import type { Group } from "./use-notices";

/** What an owner has to know of their campaigns: why one paused, numbers that do not work. Nothing where all is well. */
export function CampaignAlerts({ group }: { group: Group }) {
  const t = useTexts(texts);
  const { alerts, again } = useCampaignAlerts();
  const shown = alerts.filter(({ seen_at }) => (group === "open") === (seen_at === null));
  if (shown.length === 0) return null;
  return (
    <Section title={t.campaigns} className="mb-8">
      <ul className="grid gap-4">
        {shown.map((alert) => (
          <AlertLine key={alert.id} alert={alert} again={again} />
        ))}
      </ul>
    </Section>
  );
}

function AlertLine({ alert, again }: { alert: CampaignAlert; again: () => Promise<void> }) {
  const t = useTexts(texts);
  const { when } = useFormat();
  const tell = useTellError();
  const seen = useMutation({
    mutationFn: () => api.PUT("/api/v1/campaign-alerts/{alert_id}/seen", { params: { path: { alert_id: alert.id } } }),
    onError: tell,
    onSettled: again,
  });
  return (
    <li>
      <Note tone={alert.seen_at === null ? "wait" : "plain"} role="status">
        <p className="font-semibold">{alert.campaign_name}</p>
        <p>{alert.text}</p>
        <p className="text-12 text-muted">{when(alert.recorded_at)}</p>
        <div className="mt-2 flex flex-wrap gap-2">
          <LinkButton asChild>
            <Link to={`/app/campanas/${alert.campaign_id}`}>{t.toCampaign}</Link>
          </LinkButton>
          {alert.seen_at === null ? (
            <Button variant="quiet" busy={seen.isPending} onClick={() => seen.mutate()}>
              {t.understood}
            </Button>
          ) : null}
        </div>
      </Note>
    </li>
  );
}
