import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { $api, api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { readAgent } from "./agent";
import { texts } from "./texts";

type Session = Body<"SessionAnswer">;

/** Every browser in which this person is signed in; each but this one can be signed out from here. */
export function SessionsSection() {
  const t = useTexts(texts).sessions;
  const sessions = $api.useQuery("get", "/api/v1/auth/sessions");
  const others = (sessions.data ?? []).filter((each) => !each.current);
  const close = useMutation({
    mutationFn: (closing: Session[]) => Promise.all(closing.map(closeOne)),
    onSuccess: (_, closing) => toast({ text: closing.length === 1 ? t.closed : t.othersClosed(closing.length) }),
    onError: (error) => toast({ text: error.message, tone: "bad" }),
    onSettled: () => sessions.refetch(),
  });
  return (
    <Section
      title={t.title}
      actions={
        others.length > 1 ? (
          <Button busy={close.isPending} onClick={() => close.mutate(others)}>
            {t.others}
          </Button>
        ) : undefined
      }
    >
      {sessions.data ? (
        <ul className="divide-y divide-line">
          {sessions.data.map((each) => (
            <Row key={each.id} session={each} busy={close.isPending} onClose={() => close.mutate([each])} />
          ))}
        </ul>
      ) : sessions.error ? (
        <Trouble small error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <Loading>
          <Skeleton lines={3} className="h-10" />
        </Loading>
      )}
    </Section>
  );
}

async function closeOne(session: Session): Promise<void> {
  try {
    await api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: session.id } } });
  } catch (error) {
    if (refusalOf(error)?.code !== "not_found") throw error; // closed already: as it should be
  }
}

function Row({ session, busy, onClose }: { session: Session; busy: boolean; onClose: () => void }) {
  const t = useTexts(texts).sessions;
  const format = useFormat();
  const { browser, system } = readAgent(session.agent);
  const where = browser && system ? t.on(browser, system) : (browser ?? system ?? t.unknown);
  return (
    <li className="flex min-h-14 items-center gap-3 py-2">
      <MonitorSmartphone className="size-5 shrink-0 text-muted" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold wrap-anywhere">{where}</p>
        <p className="text-12 text-muted">
          {session.business_name ?? t.platform} ·{" "}
          {session.current ? t.since(format.when(session.created_at)) : t.used(format.when(session.used_at))}
        </p>
      </div>
      {session.current ? (
        <Tag state="ok">{t.here}</Tag>
      ) : (
        <Button aria-label={t.closeOf(where)} busy={busy} onClick={onClose}>
          {t.close}
        </Button>
      )}
    </li>
  );
}
