import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Menu, MenuItem } from "@sello/ui/menu";
import { Section } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";
import { Plus } from "lucide-react";
import { useState } from "react";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { EnrolDialog } from "./enrol";
import { SignIns } from "./sign-ins";
import { texts } from "./texts";
import { EditTill, EndTill } from "./till-dialogs";

type Till = Body<"TillAnswer">;
type Doing = { act: "edit" | "replace" | "sign-ins" | "end"; till: Till } | { act: "enrol" };

/** The machines that stamp: connected once, renamed, moved, closed. */
export function Tills() {
  const t = useTexts(texts);
  const format = useFormat();
  const tills = $api.useQuery("get", "/api/v1/devices", {});
  const [doing, setDoing] = useState<Doing | null>(null);
  const done = () => setDoing(null);
  const live = (tills.data ?? []).filter((till) => till.revoked_at === null);
  const ended = (tills.data ?? []).filter((till) => till.revoked_at !== null);
  const connect = (
    <Button onClick={() => setDoing({ act: "enrol" })}>
      <Plus aria-hidden="true" />
      {t.connect}
    </Button>
  );

  return (
    <Section title={t.tills} actions={live.length > 0 ? connect : undefined}>
      {tills.isPending ? (
        <Loading>
          <Skeleton lines={3} className="h-8" />
        </Loading>
      ) : tills.isError ? (
        <Trouble small level={3} error={tills.error} onRetry={() => void tills.refetch()} />
      ) : live.length === 0 ? (
        <Empty small level={3} title={t.noTills} text={t.noTillsText} action={connect} />
      ) : (
        <Table label={t.tills}>
          <Head>
            <HeadCell>{t.till}</HeadCell>
            <HeadCell>{t.branch}</HeadCell>
            <HeadCell>{t.state}</HeadCell>
            <HeadCell>
              <span className="sr-only">{t.actions}</span>
            </HeadCell>
          </Head>
          <Rows>
            {live.map((till) => (
              <TillRow key={till.id} till={till} onDo={setDoing} />
            ))}
          </Rows>
        </Table>
      )}
      {ended.length > 0 ? (
        <details className="mt-3">
          <summary className="inline-flex min-h-(--ctl) items-center text-muted hover:text-ink">
            {t.endedTills(ended.length)}
          </summary>
          <ul className="divide-y divide-line">
            {ended.map((till) => (
              <li key={till.id} className="py-2 wrap-anywhere">
                {till.name} <span className="text-muted">{t.endedOn(format.nearDay(till.revoked_at ?? ""))}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {doing?.act === "enrol" ? <EnrolDialog onClose={done} /> : null}
      {doing?.act === "replace" ? <EnrolDialog replaces={doing.till} onClose={done} /> : null}
      {doing?.act === "edit" ? <EditTill till={doing.till} onClose={done} /> : null}
      {doing?.act === "end" ? <EndTill till={doing.till} onClose={done} /> : null}
      {doing?.act === "sign-ins" ? (
        <SignIns of={{ device_id: doing.till.id }} name={doing.till.name} onClose={done} />
      ) : null}
    </Section>
  );
}

function TillRow({ till, onDo }: { till: Till; onDo: (doing: Doing) => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Row>
      <Cell>
        <b className="wrap-anywhere">{till.name}</b>
        {till.seen_at ? (
          <span className="block text-12 text-muted sm:pb-1">{t.seen(format.when(till.seen_at))}</span>
        ) : null}
      </Cell>
      <Cell full className="wrap-anywhere text-muted max-sm:row-start-3">
        {till.branch_name ?? t.noBranch}
      </Cell>
      <Cell full className="max-sm:row-start-2">
        {!till.has_credential ? (
          <Tag state="bad" className="whitespace-normal">
            {t.lost}
          </Tag>
        ) : till.branch_closed ? (
          <Tag state="wait" className="whitespace-normal">
            {t.moveIt(till.branch_name ?? "")}
          </Tag>
        ) : (
          <Tag state="ok">{t.connected}</Tag>
        )}
      </Cell>
      <Cell keep className="text-right max-sm:col-start-2 max-sm:row-start-1">
        <Menu label={t.more(till.name)}>
          <MenuItem onSelect={() => onDo({ act: "edit", till })}>{t.editTill}</MenuItem>
          <MenuItem onSelect={() => onDo({ act: "replace", till })}>
            {till.has_credential ? t.otherMachine : t.reconnect}
          </MenuItem>
          <MenuItem onSelect={() => onDo({ act: "sign-ins", till })}>{t.tillSignIns}</MenuItem>
          <MenuItem bad onSelect={() => onDo({ act: "end", till })}>
            {t.endTill}
          </MenuItem>
        </Menu>
      </Cell>
    </Row>
  );
}
