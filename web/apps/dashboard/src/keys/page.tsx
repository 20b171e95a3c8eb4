import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Page } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { NewKeyDialog } from "./new-key";
import { RevokeDialog } from "./revoke";
import { texts } from "./texts";

type Key = Body<"KeyAnswer">;

/** What other programmes may do at this shop. */
export function KeysPage() {
  const t = useTexts(texts);
  const keys = $api.useQuery("get", "/api/v1/api-keys", {});
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key | null>(null);
  const all = keys.data ?? [];
  const live = all.filter((key) => stateOf(key) === "live");
  const old = all.filter((key) => stateOf(key) !== "live");
  const add = (
    <Button variant={live.length === 0 ? "main" : "plain"} onClick={() => setMaking(true)}>
      <Plus aria-hidden="true" />
      {t.add}
    </Button>
  );
  return (
    <Page
      above={<Link to="/app/ajustes">{t.back}</Link>}
      title={t.title}
      lead={t.lead}
      actions={live.length > 0 ? add : undefined}
    >
      {keys.isPending ? (
        <Loading>
          <Skeleton lines={4} className="h-8" />
        </Loading>
      ) : keys.isError ? (
        <Trouble error={keys.error} onRetry={() => void keys.refetch()} />
      ) : live.length === 0 ? (
        <Empty title={t.none} text={t.noneText} action={add} />
      ) : (
        <Table label={t.title}>
          <Head>
            <HeadCell>{t.name}</HeadCell>
            <HeadCell>{t.can}</HeadCell>
            <HeadCell>{t.used}</HeadCell>
            <HeadCell wide>{t.made}</HeadCell>
            <HeadCell>
              <span className="sr-only">{t.actions}</span>
            </HeadCell>
          </Head>
          <Rows>
            {live.map((key) => (
              <KeyRow key={key.id} of={key} onRevoke={() => setEnding(key)} />
            ))}
          </Rows>
        </Table>
      )}
      <OldKeys keys={old} />
      {making ? <NewKeyDialog onClose={() => setMaking(false)} /> : null}
      {ending ? <RevokeDialog of={ending} onClose={() => setEnding(null)} /> : null}
    </Page>
  );
}

function KeyRow({ of, onRevoke }: { of: Key; onRevoke: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Row>
      <Cell className="sm:py-2">
        <b className="wrap-anywhere">{of.name}</b>
        <span className="block text-12 text-muted">{of.prefix}…</span>
        {of.expires_at ? (
          <Tag state="wait" className="text-12">
            {t.ends(format.nearDay(of.expires_at))}
          </Tag>
        ) : null}
      </Cell>
      <Cell full className="max-sm:row-start-2">
        {of.scopes.map((scope) => t.scopes[scope]).join(", ")}
      </Cell>
      <Cell full label={t.used} className="text-muted">
        {of.used_at ? format.when(of.used_at) : t.never}
      </Cell>
      <Cell wide className="text-muted">
        {of.created_by ? t.by(format.nearDay(of.created_at), of.created_by) : format.nearDay(of.created_at)}
      </Cell>
      <Cell keep className="text-right max-sm:col-start-2 max-sm:row-start-1">
        <Button variant="quiet" onClick={onRevoke} aria-label={t.revokeOf(of.name)}>
          {t.revoke}
        </Button>
      </Cell>
    </Row>
  );
}

function OldKeys({ keys }: { keys: Key[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (keys.length === 0) return null;
  return (
    <details className="mt-4">
      <summary className="inline-flex min-h-(--ctl) items-center text-muted hover:text-ink">
        {t.old(keys.length)}
      </summary>
      <ul className="divide-y divide-line">
        {keys.map((key) => (
          <li key={key.id} className="py-2 wrap-anywhere">
            {key.name}{" "}
            <span className="text-muted">
              {key.prefix}…,{" "}
              {key.revoked_at
                ? t.revoked(format.nearDay(key.revoked_at))
                : t.expired(format.nearDay(key.expires_at ?? key.created_at))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function stateOf(key: Key): "live" | "over" {
  return key.revoked_at || (key.expires_at && Date.parse(key.expires_at) <= Date.now()) ? "over" : "live";
}
