import type { Body } from "@sello/api";
import { Section, Stack } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type Answer = Body<"HealthAnswer">;
type Part = "database" | "redis" | "worker" | "laws";
const PARTS: readonly Part[] = ["database", "redis", "worker", "laws"];
const LOOK_EVERY = 10_000;

/** The sentence that answers, then what it stands on. */
export function Health() {
  const t = useTexts(texts);
  const format = useFormat();
  const health = $api.useQuery("get", "/api/v1/admin/health", {}, { refetchInterval: LOOK_EVERY });
  if (health.isPending)
    return (
      <Loading>
        <Skeleton lines={6} className="h-8" />
      </Loading>
    );
  if (health.isError) return <Trouble error={health.error} onRetry={() => void health.refetch()} />;
  const now = health.data;
  const troubled = PARTS.filter((part) => stateOf(part, now) === "bad").map((part) => t.parts[part][0]);
  return (
    <Stack>
      <Section title={troubled.length === 0 ? t.fine : t.trouble(troubled.join(", "))}>
        <ul className="divide-y divide-line" aria-live="polite">
          {PARTS.map((part) => (
            <li key={part} className="flex flex-wrap items-center gap-x-4 py-2.5">
              <div className="min-w-0 flex-[1_1_14rem]">
                <b>{t.parts[part][0]}</b>
                <p className="text-muted">{t.parts[part][1]}</p>
              </div>
              <Tag state={stateOf(part, now)}>
                <Said part={part} now={now} />
              </Tag>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t.numbers} lead={t.looked(format.time(now.looked_at))}>
        <dl className="grid gap-x-10 gap-y-4 sm:grid-cols-3">
          <Number name={t.facts} value={format.number(now.facts_waiting)} />
          <Number name={t.jobsWaiting} value={format.number(now.jobs_waiting)} />
          <Number name={t.jobsRunning} value={format.number(now.jobs_running)} />
          <Number name={t.jobsHeld} value={format.number(now.jobs_held)} />
          {now.nights_due_seconds === null ? null : (
            <Number name={t.nights} value={t.seconds(format.number(now.nights_due_seconds))} />
          )}
          {now.last_schedule_at ? <Number name={t.schedule} value={format.time(now.last_schedule_at)} /> : null}
        </dl>
      </Section>
    </Stack>
  );
}

function Number({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex flex-col-reverse justify-end">
      <dt className="text-muted">{name}</dt>
      <dd className="text-28 font-[650]">{value}</dd>
    </div>
  );
}

function stateOf(part: Part, now: Answer): "ok" | "bad" | "off" {
  if (part !== "laws") return now[part] === "ok" ? "ok" : "bad";
  return now.broken_laws === null ? "off" : now.broken_laws === 0 ? "ok" : "bad";
}

function Said({ part, now }: { part: Part; now: Answer }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (stateOf(part, now) === "ok") return t.ok;
  if (part === "worker") return t.late;
  if (part !== "laws") return t.down;
  return now.broken_laws === null ? t.unknown : t.broken(format.number(now.broken_laws));
}
