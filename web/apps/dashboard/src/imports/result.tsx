import { Button, LinkButton } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Note } from "@sello/ui/note";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { Refused } from "../refused";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Figures } from "./figures";
import { texts, type Texts } from "./texts";
import { useSend, type Import } from "./use-imports";

type Props = { one: Import; file: File | null; onImport: (one: Import) => void; onLeave: () => void; back: ReactNode };

/** How an import ended; after a check, the way on to the real one. */
export function Result({ one, file, onImport, onLeave, back }: Props) {
  const t = useTexts(texts);
  const format = useFormat();
  const send = useSend();
  const good = one.lines - one.bad_lines;
  const checked = one.dry_run && one.state === "done";
  const go = () => {
    if (!file) return;
    send.mutate({ kind: one.kind, dryRun: false, countStamps: one.count_stamps, file }, { onSuccess: onImport });
  };
  return (
    <Section title={title(one, t, format.number)} actions={back}>
      <div className="grid gap-4">
        {one.state === "expired" ? <p>{t.stopText}</p> : null}
        {one.state === "refused" ? <p>{t.result.refusedText}</p> : null}
        {one.state === "done" && good > 0 ? <Figures one={one} /> : null}
        {checked && good > 0 && one.bad_lines > 0 ? <p className="max-w-[68ch]">{t.result.fix}</p> : null}
        {checked && good > 0 && !file ? <Note>{t.result.lost}</Note> : null}
        <Refused error={send.error} />
        <div className="flex flex-wrap gap-2">
          {checked && good > 0 && file ? (
            <Button variant="main" size="l" busy={send.isPending} onClick={go} className="max-sm:w-full">
              {good === 1 ? t.result.importOne : t.result.import(format.number(good))}
            </Button>
          ) : null}
          {!one.dry_run && one.state === "done" ? (
            <LinkButton asChild variant="main">
              <Link to="/app/clientes">{t.result.see}</Link>
            </LinkButton>
          ) : null}
          <Button onClick={onLeave}>{one.dry_run ? t.chooseOther : t.result.again}</Button>
        </div>
      </div>
    </Section>
  );
}

function title(one: Import, t: Texts, number: (value: number) => string): string {
  if (one.state === "expired") return t.stopped;
  if (one.state === "refused") return t.result.refused;
  const good = one.lines - one.bad_lines;
  if (good === 0) return one.lines <= 1 ? t.result.unread : t.result.none(number(one.bad_lines));
  if (!one.dry_run) return one.new_customers + one.new_entries === 0 ? t.result.nothing : t.result.done;
  return one.bad_lines === 0 ? t.result.fine(number(good)) : t.result.some(number(good), number(one.bad_lines));
}
