import { Note } from "@sello/ui/note";
import { Stack } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import { usePassTypes } from "./use-pass-types";

const SHAPES = { fine: "ok", soon: "wait", now: "bad", over: "bad" } as const;

/** What cards for Apple Wallet are signed with: whose it is, and until when it is good. */
export function PassTypes() {
  const t = useTexts(texts).pass;
  const { day } = useFormat();
  const query = usePassTypes();
  if (query.isPending)
    return (
      <Loading>
        <Skeleton lines={4} className="h-8" />
      </Loading>
    );
  if (query.isError) return <Trouble error={query.error} onRetry={() => void query.refetch()} />;
  const { on, certificates } = query.data;
  return (
    <Stack>
      {on ? null : <Note tone="wait">{t.off}</Note>}
      {certificates.some((one) => one.development) ? <Note>{t.development}</Note> : null}
      <Table label={t.certificates}>
        <Head>
          <HeadCell>{t.id}</HeadCell>
          <HeadCell>{t.state}</HeadCell>
          <HeadCell>{t.of}</HeadCell>
          <HeadCell>{t.ends}</HeadCell>
        </Head>
        <Rows>
          {certificates.map((one) => (
            <Row key={one.pass_type_id}>
              <Cell>
                <b className="wrap-anywhere">{one.pass_type_id}</b>
              </Cell>
              <Cell keep>
                <Tag state={SHAPES[one.urgency]}>{one.ends_at ? t.urgency[one.urgency] : t.missing}</Tag>
              </Cell>
              <Cell full className="wrap-anywhere">
                {one.business_name ?? (one.ours ? t.ours : t.nobody)}
              </Cell>
              <Cell full className="text-muted">
                {one.ends_at ? day(one.ends_at) : null}
              </Cell>
            </Row>
          ))}
        </Rows>
      </Table>
      <p className="max-w-[68ch] text-muted">{t.how}</p>
    </Stack>
  );
}
