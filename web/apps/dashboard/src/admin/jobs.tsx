import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Section, Stack } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { toast } from "@sello/ui/toast";

import { useAct, useTellError } from "../act";
import { $api, api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type Held = Body<"HeldAnswer">;
const PATH = "/api/v1/admin/jobs";
const LOOK_EVERY = 5000;

/** What is queued, and what waits for somebody. */
export function Jobs() {
  const t = useTexts(texts);
  const tellError = useTellError();
  const jobs = $api.useQuery("get", PATH, {}, { refetchInterval: LOOK_EVERY });
  const whole = useAct(async () => {
    await api.POST("/api/v1/admin/jobs-session");
    location.assign("/admin/jobs/");
  }, []);
  if (jobs.isPending)
    return (
      <Loading>
        <Skeleton lines={6} className="h-8" />
      </Loading>
    );
  if (jobs.isError) return <Trouble error={jobs.error} onRetry={() => void jobs.refetch()} />;
  return (
    <Stack>
      <Section title={t.held} lead={jobs.data.held.length > 0 ? t.heldLead : undefined}>
        {jobs.data.held.length === 0 ? (
          <Empty small level={3} title={t.heldNone} text={t.heldNoneText} />
        ) : (
          <Table label={t.held}>
            <Head>
              <HeadCell>{t.job}</HeadCell>
              <HeadCell>{t.why}</HeadCell>
              <HeadCell numeric wide>
                {t.attempts}
              </HeadCell>
              <HeadCell>{t.heldAt}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t.actions}</span>
              </HeadCell>
            </Head>
            <Rows>
              {jobs.data.held.map((job) => (
                <HeldRow key={job.id} job={job} />
              ))}
            </Rows>
          </Table>
        )}
      </Section>
      <Section
        title={t.queue}
        actions={
          <Button busy={whole.isPending} onClick={() => whole.mutate(undefined, { onError: tellError })}>
            {t.whole}
          </Button>
        }
      >
        <Queue counts={jobs.data.counts} />
      </Section>
    </Stack>
  );
}

function HeldRow({ job }: { job: Held }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const again = useAct(
    () => api.POST("/api/v1/admin/jobs/{job_id}/requeue", { params: { path: { job_id: job.id } } }),
    [PATH],
  );
  return (
    <Row>
      <Cell>
        <b className="wrap-anywhere">{job.entrypoint}</b> <span className="text-muted">{job.id}</span>
      </Cell>
      <Cell full className="font-mono text-12 wrap-anywhere max-sm:row-start-2 sm:max-w-96">
        {job.error}
      </Cell>
      <Cell numeric wide>
        {format.number(job.attempts)}
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:row-start-3">{format.when(job.held_at)}</Cell>
      <Cell keep className="text-right max-sm:row-start-3">
        <Button
          busy={again.isPending}
          aria-label={t.requeueOf(job.entrypoint, job.id)}
          onClick={() =>
            again.mutate(undefined, {
              onSuccess: () => toast({ text: t.requeued(job.entrypoint) }),
              onError: tellError,
            })
          }
        >
          {t.requeue}
        </Button>
      </Cell>
    </Row>
  );
}

function Queue({ counts }: { counts: Body<"CountAnswer">[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const kinds = [...new Set(counts.map((count) => count.entrypoint))];
  if (kinds.length === 0) return <Empty small level={3} title={t.queueNone} text={t.queueNoneText} />;
  const of = (kind: string, state: Body<"CountAnswer">["state"]) =>
    counts.find((count) => count.entrypoint === kind && count.state === state)?.jobs ?? 0;
  return (
    <Table label={t.queue}>
      <Head>
        <HeadCell>{t.job}</HeadCell>
        <HeadCell numeric>{t.waiting}</HeadCell>
        <HeadCell numeric>{t.running}</HeadCell>
        <HeadCell numeric>{t.failed}</HeadCell>
        <HeadCell wide>{t.oldest}</HeadCell>
      </Head>
      <Rows>
        {kinds.map((kind) => (
          <Row key={kind}>
            <Cell full>
              <b className="wrap-anywhere">{kind}</b>
            </Cell>
            <Cell numeric label={t.waiting}>
              {format.number(of(kind, "queued"))}
            </Cell>
            <Cell numeric label={t.running}>
              {format.number(of(kind, "picked"))}
            </Cell>
            <Cell numeric label={t.failed}>
              {format.number(of(kind, "failed"))}
            </Cell>
            <Cell wide className="text-muted">
              {format.when(
                counts
                  .filter((count) => count.entrypoint === kind)
                  .map((count) => count.oldest)
                  .sort()[0] ?? "",
              )}
            </Cell>
          </Row>
        ))}
      </Rows>
    </Table>
  );
}
