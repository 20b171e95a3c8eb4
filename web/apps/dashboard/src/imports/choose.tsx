import { Button } from "@sello/ui/button";
import { cx } from "@sello/ui/cx";
import { CheckField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { Section } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { FileUp } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";

import { Refused } from "../refused";
import { useTexts } from "../texts";
import { problemOf, sizeOf } from "./file";
import { texts } from "./texts";
import { useSend, type Import, type Kind } from "./use-imports";

type Props = { kind: Kind; onKind: (kind: Kind) => void; onSent: (one: Import, file: File) => void };

/** A file and what it holds; the first thing done with it is a look that changes nothing. */
export function Choose({ kind, onKind, onSent }: Props) {
  const t = useTexts(texts);
  const [file, setFile] = useState<File | null>(null);
  const [countStamps, setCountStamps] = useState(false);
  const send = useSend();
  const problem = file ? problemOf(file) : null;

  const take = (chosen: File | null | undefined) => {
    send.reset();
    if (chosen) setFile(chosen);
  };
  const check = () => {
    if (!file || problem) return;
    send.mutate(
      { kind, dryRun: true, countStamps: kind === "visits" && countStamps, file },
      { onSuccess: (one) => onSent(one, file) },
    );
  };

  return (
    <Section title={t.kind}>
      <Segments
        label={t.kind}
        value={kind}
        onChange={onKind}
        options={[
          { value: "customers", label: t.kinds.customers },
          { value: "visits", label: t.kinds.visits },
        ]}
      />
      <p className="my-4 max-w-[60ch]">{t.about[kind]}</p>
      {kind === "visits" ? (
        <CheckField
          label={t.countStamps}
          hint={t.countStampsHint}
          checked={countStamps}
          onChange={setCountStamps}
          className="mb-4"
        />
      ) : null}
      <Drop file={file} onFile={take} />
      {file && problem ? (
        <Note tone="bad" className="mt-3">
          {problem === "tooBig" ? t.tooBig(sizeOf(file.size)) : t[problem]}
        </Note>
      ) : null}
      <div className="mt-3 grid gap-3">
        <Refused error={send.error} />
        {file && !problem ? (
          <div className="flex flex-wrap items-center gap-3">
            <Button variant="main" size="l" busy={send.isPending} onClick={check} className="max-sm:w-full">
              {send.isPending ? t.sending : t.check}
            </Button>
            <span className="text-muted">{t.checkHint}</span>
          </div>
        ) : null}
      </div>
    </Section>
  );
}

function Drop({ file, onFile }: { file: File | null; onFile: (file: File | null | undefined) => void }) {
  const t = useTexts(texts);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded-s border border-dashed border-edge p-5",
        over && "border-solid bg-sunken",
      )}
    >
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label={t.file}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => onFile(event.target.files?.[0])}
      />
      <Button variant={file ? "plain" : "main"} onClick={() => input.current?.click()}>
        <FileUp aria-hidden="true" />
        {file ? t.chooseOther : t.choose}
      </Button>
      {file ? (
        <b className="min-w-0 wrap-anywhere">{t.chosen(file.name, sizeOf(file.size))}</b>
      ) : (
        <span className="text-muted">{t.drop}</span>
      )}
    </div>
  );
}
