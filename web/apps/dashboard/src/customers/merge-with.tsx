import { Dialog } from "@sello/ui/dialog";
import { SearchField } from "@sello/ui/search";
import { Skeleton, Trouble } from "@sello/ui/state";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { searchOf } from "./filters";
import { MergeDialog } from "./merge-dialog";
import { spoken } from "./person-form";
import type { Profile } from "./use-card";
import { DIRECTORY } from "./use-directory";
import { texts as list } from "./words/list";
import { texts } from "./words/merge";

const PAUSE = 150; // ms

/** Find the other card of somebody, then look at both. */
export function MergeWith({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const t = useTexts(texts);
  const { stamps } = useTexts(list);
  const business = useBusiness();
  const [text, setText] = useState(profile.name);
  const [asked, setAsked] = useState(profile.name);
  const [other, setOther] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const q = searchOf(asked);
  const query = $api.useQuery(
    "get",
    DIRECTORY,
    { params: { path: { business_id: business.id }, query: { ...(q ? { q } : {}), limit: 8 } } },
    { enabled: q !== undefined, placeholderData: keepPreviousData },
  );
  if (other) return <MergeDialog ids={[profile.id, other]} onClose={onClose} lead />;
  const found = q === undefined ? [] : (query.data?.customers ?? []).filter((each) => each.id !== profile.id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.mergeTitle}
      description={t.findText(profile.name)}
    >
      <SearchField label={t.find} placeholder={t.findHint} maxLength={80} value={text} onChange={setText} />
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : q !== undefined && !query.data ? (
        <Skeleton lines={3} />
      ) : found.length === 0 ? (
        <p role="status" className="text-muted">
          {t.nobody}
        </p>
      ) : (
        <ul aria-label={t.found} className="[&>li+li]:border-t [&>li+li]:border-line">
          {found.map((each) => (
            <li key={each.id}>
              <button
                type="button"
                className="flex min-h-11 w-full flex-wrap items-center gap-x-3 rounded-xs px-1 py-2 text-left hover:bg-hover"
                onClick={() => setOther(each.id)}
              >
                <b className="mr-auto font-semibold wrap-anywhere">{each.name}</b>
                <span className="whitespace-nowrap">{spoken(each.phone)}</span>
                <span className="whitespace-nowrap text-muted">{stamps(each.balance, query.data?.of ?? 10)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
