import type { Body } from "@sello/api";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Action } from "./actions";
import { say, type Part } from "./sentence";
import { texts } from "./texts";

type Entry = Body<"AuditEntry">;

/** One row of the log as a sentence, with its reason and the customer it was about. */
export function LogEntry({ entry }: { entry: Entry }) {
  const t = useTexts(texts);
  const format = useFormat();
  const customer = entry.action.startsWith("customer.") || ["consent.heard", "stamps.adjusted"].includes(entry.action);
  return (
    <li className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-3 border-b border-line py-2.5">
      <time dateTime={entry.recorded_at} className="text-muted">
        {format.time(entry.recorded_at)}
      </time>
      <div className="wrap-anywhere">
        <p>
          {useSentence(entry).map((part, place) => (typeof part === "string" ? part : <b key={place}>{part.name}</b>))}
        </p>
        {entry.reason ? <p className="text-muted">{t.reason(entry.reason)}</p> : null}
        {customer && entry.subject_id && entry.action !== "customer.erased" ? (
          <Link to={`/app/clientes/${entry.subject_id}`} className="inline-flex items-center max-sm:min-h-11">
            {t.customer}
          </Link>
        ) : null}
      </div>
    </li>
  );
}

function useSentence(entry: Entry): Part[] {
  const t = useTexts(texts);
  const row = { who: entry.account_name ?? t.platform, what: entry.subject_name ?? null, details: entry.details };
  const known = entry.action in t.sentences ? t.sentences[entry.action as Action] : null;
  return known ? known(row) : say`${t.unknown(entry.action)}`;
}
