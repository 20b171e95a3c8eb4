import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Download } from "lucide-react";

import { useTexts } from "../texts";
import { saveCsv } from "./csv";
import { texts } from "./texts";
import type { Kind } from "./use-imports";

/** What the lines of a file are made of, with an example to fill in. */
export function Columns({ kind }: { kind: Kind }) {
  const t = useTexts(texts);
  const columns = t.columnsOf[kind];
  return (
    <Section title={t.columns}>
      <dl className="divide-y divide-line">
        {columns.map(([name, means, example]) => (
          <div key={name} className="py-2">
            <dt className="flex flex-wrap justify-between gap-x-3">
              <b>{name}</b>
              <span className="text-muted">{example}</span>
            </dt>
            <dd className="text-12 text-muted">{means}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-12 text-muted">{t.anyOrder}</p>
      <Button
        className="mt-3"
        onClick={() =>
          saveCsv(t.exampleFile[kind], [columns.map(([name]) => name), columns.map(([, , example]) => example)])
        }
      >
        <Download aria-hidden="true" />
        {t.downloadExample}
      </Button>
    </Section>
  );
}
