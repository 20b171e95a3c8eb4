import type { Body } from "@sello/api";
import { cx } from "@sello/ui/cx";
import type { CSSProperties } from "react";

import { clockIn } from "../format";
import { useLanguage, useTexts } from "../texts";
import { plotOf, type Column } from "./plot";
import { texts } from "./texts";
import { weekday } from "./words";

const UNIT = 13; // px a dot
const DOTS = { backgroundSize: `${UNIT}px ${UNIT}px`, backgroundPosition: "50% 100%" };

/** Today by its hours, counted in marks: one dot a visit, red for who redeemed, a line where the usual day stands. */
export function DayPlot({ day }: { day: Body<"HoursAnswer"> }) {
  const t = useTexts(texts).plot;
  const language = useLanguage();
  const { columns, rows, perDot } = plotOf(day.hours, clockIn(day.zone, day.now).hour);
  const height = Math.min(rows, 15) * UNIT;
  return (
    <div className="mt-3">
      <ol
        aria-label={t.label}
        className="grid auto-cols-fr grid-flow-col border-b border-rule"
        style={{ height: height + 4 }}
      >
        {columns.map((column) => (
          <Hour key={column.hour} column={column} perDot={perDot} />
        ))}
      </ol>
      <ol aria-hidden="true" className="grid auto-cols-fr grid-flow-col text-center text-12 text-muted">
        {columns.map(({ hour, state }) => (
          <li key={hour} className={cx("pt-1", state === "now" && "font-[650] text-accent")}>
            {hour}
          </li>
        ))}
      </ol>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-12 text-muted">
        <Key mark="size-[9px] rounded-[50%] bg-ink">{perDot === 1 ? t.visit : t.five}</Key>
        <Key mark="size-[9px] rounded-[50%] bg-accent">{t.reward}</Key>
        {day.weeks > 0 ? (
          <Key mark="w-3 border-t-[1.5px] border-ghost">{t.usual(weekday(day.today, language))}</Key>
        ) : null}
      </ul>
    </div>
  );
}

function Hour({ column, perDot }: { column: Column; perDot: number }) {
  const t = useTexts(texts).plot;
  const usual = column.usual === null ? null : String(column.usual);
  const line = ((column.usual ?? 0) / perDot) * UNIT;
  return (
    <li className="relative flex flex-col justify-end">
      <span className="sr-only">{t.hour(column.hour, column.visits, column.with_reward, usual)}</span>
      <Dots count={column.rewardDots} colour="var(--accent)" />
      <Dots count={column.dots - column.rewardDots} colour="var(--ink)" />
      {line > 0 ? (
        <span
          aria-hidden="true"
          className="absolute inset-x-[12%] border-t-[1.5px] border-ghost"
          style={{ bottom: line }}
        />
      ) : null}
    </li>
  );
}

function Dots({ count, colour }: { count: number; colour: string }) {
  if (count <= 0) return null;
  const style: CSSProperties = {
    ...DOTS,
    height: count * UNIT,
    backgroundImage: `radial-gradient(circle at 50% 50%, ${colour} 0 4.9px, transparent 5.5px)`,
  };
  return <span aria-hidden="true" className="relative bg-repeat-y" style={style} />;
}

function Key({ mark, children }: { mark: string; children: string }) {
  return (
    <li className="inline-flex items-center gap-1.5">
      <span aria-hidden="true" className={cx("inline-block shrink-0", mark)} />
      {children}
    </li>
  );
}
