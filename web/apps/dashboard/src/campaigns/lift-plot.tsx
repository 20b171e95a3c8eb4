import { cx } from "@sello/ui/cx";

import { useTexts } from "../texts";
import { edge, points } from "./points";
import type { Lift } from "./types";
import { texts } from "./words/campaign";

type Difference = NonNullable<Lift["visitors"]>;

/** The difference between both groups on one fixed axis, as wide as its interval: red and ink only where it is shown. */
export function LiftPlot({ difference, tall = false }: { difference: Difference | null; tall?: boolean }) {
  const t = useTexts(texts);
  const sure = difference?.verdict === "more" || difference?.verdict === "less";
  const label = difference
    ? t.gap(points(difference.difference), points(difference.low), points(difference.high))
    : t.noPlot;
  return (
    <div>
      <div role="img" aria-label={label} className={cx("relative min-w-30", tall ? "h-16" : "h-5")}>
        <span className={cx("absolute inset-x-0 border-t border-line", tall ? "top-11" : "top-1/2")} />
        <span className={cx("absolute bottom-0 left-1/2 border-l border-edge", tall ? "top-6" : "top-0")} />
        {difference ? (
          <>
            <span
              className={cx("absolute rounded-xs", sure ? "bg-ink" : "bg-ghost", tall ? "top-10 h-2" : "top-2 h-1")}
              style={{ left: percent(edge(difference.low)), right: percent(1 - edge(difference.high)) }}
            />
            <span
              className={cx(
                "absolute -translate-x-1/2 rounded-[50%]",
                sure ? "bg-accent" : "bg-paper shadow-[inset_0_0_0_2px_var(--ink)]",
                tall ? "top-9 size-4" : "top-[5px] size-2.5",
              )}
              style={{ left: percent(edge(difference.difference)) }}
            />
            {tall ? (
              <span
                className="absolute top-2 -translate-x-1/2 font-[650] whitespace-nowrap"
                style={{ left: percent(Math.min(Math.max(edge(difference.difference), 0.12), 0.88)) }}
              >
                {t.points(points(difference.difference))}
              </span>
            ) : null}
          </>
        ) : null}
      </div>
      {tall ? (
        <div aria-hidden="true" className="flex justify-between text-12 leading-5 text-muted">
          <span>{t.axis.less}</span>
          <span>{t.axis.same}</span>
          <span>{t.axis.more}</span>
        </div>
      ) : null}
    </div>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
