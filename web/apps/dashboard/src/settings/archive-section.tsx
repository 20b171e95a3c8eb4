import { Button } from "@sello/ui/button";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { useState } from "react";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Part } from "./part";
import { PasswordDialog } from "./password-dialog";
import { texts } from "./texts";
import { type Archive, useArchives, useProven } from "./use-archives";
import { wrongOf } from "./wrong";

const STATES = { waiting: "wait", making: "wait", ready: "ok", expired: "off", failed: "bad" } as const;

/** Everything of the shop in one file: asked for, watched while it is made, downloaded. */
export function ArchiveSection() {
  const all = useTexts(texts);
  const t = all.archive;
  const query = useArchives();
  const [wanted, setWanted] = useState<Archive | "new" | null>(null);
  const archive = wanted === "new" ? null : wanted;
  const proven = useProven(() => {
    if (wanted === "new") toast({ text: t.asked });
    setWanted(null);
  });
  const archives = query.data?.archives;
  return (
    <Part id="archivo" title={t.title} lead={t.lead}>
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !archives ? (
        <Loading>
          <Skeleton lines={2} />
        </Loading>
      ) : (
        <>
          {archives.length === 0 ? <p className="mb-3 text-muted">{t.none}</p> : null}
          <ul className="mb-3">
            {archives.map((one) => (
              <Line key={one.archive_id} archive={one} onGet={() => setWanted(one)} />
            ))}
          </ul>
          <Button onClick={() => setWanted("new")}>{t.ask}</Button>
        </>
      )}
      {wanted ? (
        <PasswordDialog
          title={archive ? t.getTitle : t.askTitle}
          text={archive ? t.getText : t.askText}
          confirm={archive ? t.download : t.ask}
          busy={proven.isPending}
          wrong={wrongOf(proven.error, all.wrong)}
          onClose={() => {
            setWanted(null);
            proven.reset();
          }}
          onSubmit={(password) => proven.mutate({ password, archive })}
        />
      ) : null}
    </Part>
  );
}

function Line({ archive, onGet }: { archive: Archive; onGet: () => void }) {
  const t = useTexts(texts).archive;
  const { when, number } = useFormat();
  const { state, rows_done: rows, tables_done: tables, size, expires_at: end } = archive;
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <time dateTime={archive.asked_at} className="font-semibold">
        {when(archive.asked_at)}
      </time>
      <span role="status">
        <Tag state={STATES[state]}>{t.states[state]}</Tag>
      </span>
      <span className="flex-1 text-muted">
        {state === "making" ? t.progress(number(tables), number(rows)) : null}
        {state === "ready" && size ? `${number(size / 1024, 0)} KB` : null}
        {state === "ready" && end ? `, ${t.until(when(end))}` : null}
      </span>
      {state === "ready" ? <Button onClick={onGet}>{t.download}</Button> : null}
    </li>
  );
}
