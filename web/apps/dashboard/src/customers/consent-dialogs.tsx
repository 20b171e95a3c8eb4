import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";
import { Skeleton, Trouble } from "@sello/ui/state";
import { useState } from "react";

import { $api, refusalOf } from "../api";
import { useBusiness } from "../session/use-session";
import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./words/about";

/** What somebody read before they agreed, word for word, and from where they said it. */
export function ProofDialog({ entry, onClose }: { entry: Body<"ConsentEntry">; onClose: () => void }) {
  const t = useTexts(texts);
  const { when } = useFormat();
  const [, version = "", language] = /^(.+)-(es|en)$/.exec(entry.text_version) ?? [];
  const agreed = entry.kind === "opt_in";
  const query = $api.useQuery(
    "get",
    "/api/v1/consent-texts/{version}",
    { params: { path: { version } } },
    { enabled: agreed },
  );
  const read = query.data?.[language === "en" ? "en" : "es"].marketing;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.proofTitle} description={when(entry.recorded_at)}>
      <div className="grid gap-3">
        <p>
          {t.ways[entry.source]}
          {entry.poster_id ? ` · ${t.proofPoster(entry.poster_id)}` : ""}
        </p>
        {!agreed ? (
          <p className="text-muted">{t.proofNo}</p>
        ) : query.error ? (
          <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <p className="text-muted">{t.proofText(entry.text_version)}</p>
            {read ? (
              <blockquote lang={language} className="border-l-2 border-rule pl-4">
                {read}
              </blockquote>
            ) : (
              <Skeleton lines={3} />
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The words to be read out, before a yes is noted. The safe button has the focus: nobody agrees by a slip. */
export function AskConsent({ onClose, onYes }: { onClose: () => void; onYes: () => Promise<void> }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const { slug } = useBusiness();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const shop = $api.useQuery("get", "/api/v1/shops/{slug}", { params: { path: { slug } } });
  const version = shop.data?.text_version;
  const query = $api.useQuery(
    "get",
    "/api/v1/consent-texts/{version}",
    { params: { path: { version: version ?? "" } } },
    { enabled: version !== undefined },
  );
  const yes = async () => {
    setBusy(true);
    try {
      await onYes();
      onClose();
    } catch (error) {
      setTrouble(refusalOf(error)?.message || t.trouble);
      setBusy(false);
    }
  };
  const failed = shop.error ?? query.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.consentAsk}
      description={t.consentAskText}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button variant="main" busy={busy} disabled={!query.data} onClick={() => void yes()}>
            {t.consentAskGo}
          </Button>
        </>
      }
    >
      {query.data ? (
        <blockquote className="border-l-2 border-rule pl-4">{query.data[language].marketing}</blockquote>
      ) : failed ? (
        <Trouble small level={3} error={failed} onRetry={() => void (shop.error ? shop : query).refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
      {trouble ? <Note tone="bad">{trouble}</Note> : null}
    </Dialog>
  );
}
