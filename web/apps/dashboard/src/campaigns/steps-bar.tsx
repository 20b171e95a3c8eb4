import { cx } from "@sello/ui/cx";
import { Check } from "lucide-react";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { problemsOf, STEPS, type Draft, type Step } from "./draft";
import { texts } from "./words/editor";

type StepsProps = { draft: Draft; at: Step; said: Readonly<Record<Step, string>>; to: (step: Step) => string };

/** The four steps, each with its present answer. */
export function StepsBar({ draft, at, said, to }: StepsProps) {
  const t = useTexts(texts);
  const now = STEPS.indexOf(at);
  return (
    <nav aria-label={t.stepsLabel} className="mb-6 border-t border-line">
      <ol className="-mt-px flex">
        {STEPS.map((step, index) => {
          const done = index < now && problemsOf(draft, step).length === 0;
          const here = step === at;
          return (
            <li key={step} className={cx("sm:flex-1", here && "flex-1")}>
              <Link
                to={to(step)}
                replace
                aria-current={here ? "step" : undefined}
                className={cx(
                  "flex min-h-11 items-center gap-2 border-t-2 pt-3 pr-4 pb-1 no-underline",
                  here ? "border-accent font-[650] text-ink" : done ? "border-rule" : "border-transparent text-muted",
                )}
              >
                <span
                  aria-hidden="true"
                  className={cx(
                    "grid size-5 shrink-0 place-items-center rounded-[50%] text-12 font-[650]",
                    here
                      ? "bg-accent text-on-accent"
                      : done
                        ? "bg-ink text-paper"
                        : "shadow-[inset_0_0_0_1.5px_var(--edge)]",
                  )}
                >
                  {done ? <Check className="size-3" strokeWidth={3} /> : index + 1}
                </span>
                <span className={cx("min-w-0", !here && "max-sm:sr-only")}>
                  {t.steps[step]}
                  <small className="block truncate text-12 font-normal text-muted max-sm:hidden">{said[step]}</small>
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
