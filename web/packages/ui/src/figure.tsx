import type { ReactNode } from "react";

import { cx } from "./cx";
import { Definition } from "./definition";

type FigureProps = {
  label: ReactNode;
  definition?: ReactNode;
  value: ReactNode;
  unit?: ReactNode;
  /** The comparison in words: "4 más que el lunes pasado". */
  before?: ReactNode;
  /** Whether the comparison is good news (true), bad news (false) or neither. */
  better?: boolean | undefined;
  children?: ReactNode;
  className?: string;
};

/** One number with its name, what it means on a tap, and a comparison in words. `children`: its sparkline. */
export function Figure({ label, definition, value, unit, before, better, children, className }: FigureProps) {
  return (
    <div className={cx("grid grid-cols-[auto_minmax(0,1fr)] items-end gap-x-4", className)}>
      <p className="text-40 leading-11 font-semibold tracking-[-0.03em] [font-variant-numeric:normal]">
        {value}
        {unit ? <small className="ml-1 text-20 font-medium tracking-normal">{unit}</small> : null}
      </p>
      <div className="min-w-0">{children}</div>
      <div className="col-span-full mt-1 text-muted">
        {definition ? <Definition term={label}>{definition}</Definition> : label}
        {before ? (
          <p className={cx(better === true && "text-ok", better === false && "text-refuse")}>{before}</p>
        ) : null}
      </div>
    </div>
  );
}

const HEIGHT = 36;
const PAD = 3;

/** A line of the last values with a point on the latest; `was` is what it is compared with. `label` says it in words. */
export function Sparkline({
  values,
  was,
  label,
}: {
  values: readonly number[];
  was?: readonly number[];
  label: string;
}) {
  const all = [...values, ...(was ?? [])];
  const most = Math.max(...all, 1);
  const least = Math.min(...all, 0);
  const y = (value: number) => HEIGHT - PAD - ((value - least) / (most - least || 1)) * (HEIGHT - 2 * PAD);
  const line = (points: readonly number[]) =>
    points
      .map(
        (value, index) =>
          `${index ? "L" : "M"}${((index / Math.max(points.length - 1, 1)) * 100).toFixed(1)} ${y(value).toFixed(1)}`,
      )
      .join("");
  const last = values.at(-1);
  return (
    <div role="img" aria-label={label} className="relative h-9 pr-1">
      <svg
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="size-full overflow-visible fill-none"
      >
        {was ? (
          <path
            d={line(was)}
            vectorEffect="non-scaling-stroke"
            strokeDasharray="3 3"
            strokeWidth="1.5"
            className="stroke-ghost"
          />
        ) : null}
        <path
          d={line(values)}
          vectorEffect="non-scaling-stroke"
          strokeLinejoin="round"
          strokeWidth="1.5"
          className="stroke-ink"
        />
      </svg>
      {last === undefined ? null : (
        <span
          aria-hidden="true"
          className="absolute right-0 size-2 -translate-y-1/2 rounded-[50%] bg-accent"
          style={{ top: y(last) }}
        />
      )}
    </div>
  );
}
