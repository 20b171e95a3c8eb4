import type { Body } from "@sello/api";
import { cx } from "@sello/ui/cx";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { concerned, positions, reasons } from "./evidence";
import { texts } from "./texts";

const SHOWN = 4; // customers by name; the others as a number
const MOST = 100; // stamps that a notice lists

/** What shows it: when the stamps were given, to whom, and what was written. */
export function Evidence({ stamps }: { stamps: readonly Body<"FraudStamp">[] }) {
  const t = useTexts(texts);
  const { time } = useFormat();
  const first = stamps[0];
  const last = stamps.at(-1);
  if (!first || !last) return null;
  const people = concerned(stamps);
  const wrote = reasons(stamps);
  const places = positions(stamps);
  const from = time(first.occurred_at);
  const to = time(last.occurred_at);
  return (
    <div className="mt-3">
      <div role="img" aria-label={t.line(stamps.length, from, to)} className="mx-1.5 h-7 border-b border-rule">
        <div className="relative h-full">
          {stamps.map((stamp, index) => (
            <span
              key={stamp.id}
              aria-hidden="true"
              className={cx(
                "absolute bottom-1 -ml-1.5 size-3 rounded-[50%]",
                stamp.voided ? "shadow-[inset_0_0_0_1.5px_var(--edge)]" : "shadow-[inset_0_0_0_2.5px_var(--accent)]",
              )}
              style={{ left: `${(places[index] ?? 0.5) * 100}%` }}
            />
          ))}
        </div>
      </div>
      <div aria-hidden="true" className="flex justify-between text-12 text-muted">
        {from === to ? (
          <span className="mx-auto">{from}</span>
        ) : (
          [<span key="a">{from}</span>, <span key="b">{to}</span>]
        )}
      </div>
      <ul aria-label={t.who} className="mt-2 divide-y divide-line">
        {people.slice(0, SHOWN).map((one) => (
          <li key={one.customerId} className="flex flex-wrap items-center gap-x-3 py-1 sm:py-2">
            <span className="min-w-0 flex-1 wrap-anywhere">
              {one.name === null ? (
                <span className="text-muted">{t.erased}</span>
              ) : (
                <Link
                  to={`/app/clientes/${one.customerId}`}
                  className="font-semibold no-underline hover:underline max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
                >
                  {one.name}
                </Link>
              )}
            </span>
            <span className="text-muted">
              {t.times(one.stamps)}
              {one.voided > 0 ? `, ${t.voidedOf(one.voided)}` : ""}
            </span>
          </li>
        ))}
        {people.length > SHOWN ? <li className="py-2 text-muted">{t.others(people.length - SHOWN)}</li> : null}
      </ul>
      {wrote.length > 0 ? (
        <p className="mt-1 border-l-2 border-wait pl-3 wrap-anywhere">
          {t.wrote}: {wrote.map((reason) => `«${reason}»`).join(", ")}
        </p>
      ) : null}
      {stamps.length >= MOST ? <p className="mt-1 text-12 text-muted">{t.most}</p> : null}
    </div>
  );
}
