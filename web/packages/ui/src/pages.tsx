import { useEffect, useRef } from "react";

import { Button } from "./button";
import { useWords } from "./words";

type LoadMoreProps = {
  hasMore: boolean;
  busy?: boolean;
  onMore: () => void;
  /** How many are shown, and of how many, written as the page writes numbers. */
  shown?: string;
  total?: string;
  /** Ask by itself once the end of the list comes near. */
  auto?: boolean;
};

/** The end of a list: how much of it is here, and a button for more. */
export function LoadMore({ hasMore, busy = false, onMore, shown, total, auto = false }: LoadMoreProps) {
  const words = useWords();
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    if (!auto || !hasMore || busy || !end.current) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) more.current();
      },
      { rootMargin: "400px" },
    );
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [auto, hasMore, busy]);
  if (!hasMore && !shown) return null;
  return (
    <div ref={end} className="flex min-h-14 flex-wrap items-center justify-between gap-3 py-2 text-muted">
      <span>{shown && total ? words.shown(shown, total) : ""}</span>
      {hasMore ? (
        <Button busy={busy} onClick={onMore}>
          {words.more}
        </Button>
      ) : null}
    </div>
  );
}
