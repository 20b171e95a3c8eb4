import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { ArrowLeft } from "lucide-react";

import { useTellError } from "../act";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Problems } from "./problems";
import { Result } from "./result";
import { texts } from "./texts";
import { isOpen, useImport, useStop, type Import } from "./use-imports";

type Props = {
  id: string;
  /** The file that was checked, as long as the page has it. */
  file: File | null;
  onImport: (one: Import) => void;
  onLeave: () => void;
};

/** One import: on its way, or how it ended with the lines that had a problem. */
export function Watch({ id, file, onImport, onLeave }: Props) {
  const t = useTexts(texts);
  const found = useImport(id);
  const back = (
    <Button variant="quiet" onClick={onLeave}>
      <ArrowLeft aria-hidden="true" />
      {t.back}
    </Button>
  );
  if (found.isPending)
    return (
      <Loading>
        <Skeleton lines={4} />
      </Loading>
    );
  if (found.isError)
    return (
      <>
        {back}
        <Trouble error={found.error} onRetry={() => void found.refetch()} />
      </>
    );
  if (isOpen(found.data)) return <OnItsWay one={found.data} />;
  return (
    <>
      <Result one={found.data} file={file} onImport={onImport} onLeave={onLeave} back={back} />
      {found.data.bad_lines > 0 ? <Problems one={found.data} /> : null}
    </>
  );
}

function OnItsWay({ one }: { one: Import }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const stop = useStop(one.id);
  const good = one.lines - one.bad_lines;
  const said =
    one.state === "waiting"
      ? t.step.waiting
      : one.lines === 0
        ? t.step.reading
        : t.progress(format.number(one.done_lines), format.number(good));
  return (
    <Section
      title={one.dry_run ? t.check : `${t.title}: ${t.kinds[one.kind]}`}
      actions={
        <Button busy={stop.isPending} onClick={() => stop.mutate(undefined, { onError: tellError })}>
          {t.stop}
        </Button>
      }
    >
      <div className="grid gap-3">
        <progress
          aria-label={t.title}
          className="h-3 w-full appearance-none overflow-hidden rounded-xs bg-sunken [&::-moz-progress-bar]:bg-ink [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-ink"
          {...(one.lines > 0 ? { value: one.done_lines, max: Math.max(1, good) } : {})}
        />
        <p role="status">{said}</p>
        {one.dry_run ? null : <p className="text-muted">{t.stopText}</p>}
      </div>
    </Section>
  );
}
