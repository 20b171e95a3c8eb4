import type { Body } from "@sello/api";
import { Section } from "@sello/ui/page";
import { Empty } from "@sello/ui/state";
import { Link } from "react-router";

import { AnswerSaid, AnswerTag } from "../phones/answer";
import { texts as words } from "../phones/words";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

/** Cards that have shown an old number for more than ten minutes, each with the reason. */
export function LateSection({ late }: { late: readonly Body<"LateCard">[] }) {
  const t = useTexts(texts);
  const w = useTexts(words);
  const { when } = useFormat();
  return (
    <Section title={t.late} lead={late.length ? t.lateLead(late.length) : undefined}>
      {late.length === 0 ? (
        <Empty small level={3} title={t.calm} text={t.calmText} />
      ) : (
        <ol className="divide-y divide-line">
          {late.map((one) => (
            <li key={`${one.customer_id}${one.kind}`} className="grid gap-1 py-3 first:pt-0">
              <div className="flex flex-wrap items-center gap-x-3">
                <h3 className="min-w-0 flex-1 wrap-anywhere">
                  <Link
                    to={`/app/clientes/${one.customer_id}`}
                    className="max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
                  >
                    {one.customer}
                  </Link>
                </h3>
                <AnswerTag answer={one.answer} />
              </div>
              <p className="text-12 text-muted">
                {w.kinds[one.kind]} · {t.owes(when(one.owed_at))}
              </p>
              <AnswerSaid answer={one.answer} kind={one.kind} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
