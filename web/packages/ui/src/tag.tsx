import type { ReactNode } from "react";

import { cx } from "./cx";

const SHAPES = {
  ok: "bg-ok",
  wait: "bg-linear-90 from-wait from-50% to-transparent to-50% shadow-[inset_0_0_0_1.5px_var(--wait)]",
  off: "shadow-[inset_0_0_0_1.5px_var(--muted)]",
  gift: "size-2.5 -mx-px shadow-[inset_0_0_0_2.5px_var(--accent)]",
  bad: "bg-refuse rotate-45 rounded-[1px]",
};

/** A state by a shape and a word, never by colour alone. */
export function Tag({
  state,
  children,
  className,
}: {
  state: keyof typeof SHAPES;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span className={cx("inline-flex items-center gap-2 whitespace-nowrap", className)}>
      <span aria-hidden="true" className={cx("size-2 shrink-0 rounded-[50%]", SHAPES[state])} />
      {children}
    </span>
  );
}

const TONES = { plain: "bg-sunken", ok: "bg-ok-soft text-ok", wait: "bg-wait-soft", bad: "bg-refuse-soft text-refuse" };

/** A verdict in one word. */
export function Pill({ tone = "plain", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={cx("inline-block rounded-[10px] px-2 text-12 leading-5 font-semibold whitespace-nowrap", TONES[tone])}
    >
      {children}
    </span>
  );
}
