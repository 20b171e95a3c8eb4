import { RING } from "@sello/card/pressings";

import { cx } from "./cx";

/** The mark: a ring as a stamp leaves it. */
export function Ring({ className }: { className?: string | undefined }) {
  return (
    <svg viewBox="0 0 100 100" aria-hidden="true" className={cx("size-5 shrink-0 fill-current", className)}>
      <path fillRule="evenodd" d={RING} />
    </svg>
  );
}

/** The name with the ring as its last letter. */
export function Wordmark({ className }: { className?: string | undefined }) {
  return (
    <span className={cx("inline-flex items-baseline text-28 leading-none font-[750] tracking-[-0.045em]", className)}>
      <span className="sr-only">sello</span>
      <span aria-hidden="true">sell</span>
      <Ring className="ml-[0.01em] size-[0.62em] translate-y-[0.055em] text-accent" />
    </span>
  );
}
