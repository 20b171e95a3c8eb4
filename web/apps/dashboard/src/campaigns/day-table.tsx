import { Section } from "@sello/ui/page";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Results } from "./types";
import { texts } from "./words/campaign";

const SHOWN = 14;

/** How many went out each day, a column a day with its reads in red; the numbers are one tap away. */
export function DayTable({ days }: { days: Results["days"] }) {
  const t = useTexts(texts);
  const { calendarDay, number } = useFormat();
  const last = days.slice(-SHOWN);
  const most = Math.max(1, ...last.map(({ sent }) => sent));
  return (
    <Section title={t.days}>
      <div aria-hidden="true" className="flex h-24 items-end gap-1">
        {last.map(({ day, sent, read }) => (
          <div key={day} className="flex h-full min-w-0 flex-1 flex-col justify-end" title={calendarDay(day)}>
            <span className="text-center text-12 text-muted">{sent > 0 ? number(sent) : ""}</span>
            <div
              className="relative mx-auto w-full max-w-10 rounded-t-xs bg-ghost"
              style={{ height: `${Math.max(2, (sent / most) * 72)}px` }}
            >
              <div
                className="absolute inset-x-0 bottom-0 rounded-t-xs bg-ink"
                style={{ height: `${sent > 0 ? (Math.min(read, sent) / sent) * 100 : 0}%` }}
              />
            </div>
          </div>
        ))}
      </div>
      <div aria-hidden="true" className="mt-1 flex justify-between border-t border-line pt-1 text-12 text-muted">
        <span>{last[0] ? calendarDay(last[0].day) : ""}</span>
        <span>{last.length > 1 ? calendarDay(last[last.length - 1]?.day ?? "") : ""}</span>
      </div>
      <details className="mt-2">
        <summary className="inline-flex min-h-11 cursor-pointer items-center text-12 underline underline-offset-3">
          {t.daysTable}
        </summary>
        <table className="w-full max-w-100 border-collapse">
          <thead>
            <tr className="border-b border-line text-left text-12 text-muted">
              <th scope="col" className="py-1 font-medium">
                {t.day}
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                {t.sent}
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                {t.read}
              </th>
            </tr>
          </thead>
          <tbody>
            {last.map(({ day, sent, read }) => (
              <tr key={day} className="border-b border-line">
                <td className="py-1">{calendarDay(day)}</td>
                <td className="py-1 text-right">{number(sent)}</td>
                <td className="py-1 text-right">{number(read)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
