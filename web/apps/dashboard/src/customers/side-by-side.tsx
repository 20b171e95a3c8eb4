import { cx } from "@sello/ui/cx";
import { useId } from "react";

import { number } from "../format";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { spoken } from "./person-form";
import type { Entry } from "./use-directory";
import { texts as list } from "./words/list";
import { texts } from "./words/merge";

type SideBySideProps = { entries: readonly [Entry, Entry]; of: number; stays: string; onStays: (id: string) => void };

/** Two customers in two columns; the whole of one is the target that says it stays. */
export function SideBySide({ entries, of, stays, onStays }: SideBySideProps) {
  const t = useTexts(texts);
  const { stamps } = useTexts(list);
  const { day } = useFormat();
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-semibold">{t.stays}</legend>
      <div className="grid grid-cols-2 gap-2">
        {entries.map((entry) => (
          <label
            key={entry.id}
            className={cx(
              "grid min-w-0 cursor-pointer content-start gap-2 rounded-s border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
              entry.id === stays ? "border-ink bg-sunken" : "border-line",
            )}
          >
            <span className="flex items-start gap-2">
              <input
                type="radio"
                name={name}
                checked={entry.id === stays}
                onChange={() => onStays(entry.id)}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <b className="min-w-0 font-semibold wrap-anywhere">{entry.name}</b>
            </span>
            <dl className="grid gap-1 text-12 [&_dd]:font-medium [&_dt]:text-muted">
              <Fact term={t.phone} value={spoken(entry.phone)} />
              <Fact term={t.card} value={stamps(entry.balance, of)} />
              <Fact term={t.ready} value={number(entry.ready)} />
              <Fact term={t.visits} value={number(entry.visits)} />
              <Fact term={t.since} value={day(entry.enrolled_at)} />
            </dl>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-2">
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}
