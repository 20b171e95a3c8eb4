import { useEffect, useState, useSyncExternalStore } from "react";

import { cx } from "./cx";
import { useWords } from "./words";

export type ToastOptions = { text: string; undo?: (() => void) | undefined; tone?: "plain" | "bad"; detail?: string };
type Shown = ToastOptions & { id: number };

const SECONDS = 8;
let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(toasts: readonly Shown[]): void {
  shown = toasts;
  for (const listener of listeners) listener();
}

/** Say what has happened; `undo` is the way back, for 8 seconds or as long as somebody points at it. */
export function toast(options: ToastOptions): void {
  set([...shown.slice(-1), { ...options, id: next++ }]);
}

function dismiss(id: number): void {
  set(shown.filter((each) => each.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear; stands once in the page. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  const words = useWords();
  return (
    <section
      aria-label={words.notices}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(1.5rem+var(--bar))] z-60 grid grid-cols-[minmax(0,1fr)] justify-items-center gap-2 px-3"
    >
      {toasts.map((each) => (
        <Toast key={each.id} {...each} />
      ))}
    </section>
  );
}

function Toast({ id, text, undo, detail, tone = "plain" }: Shown) {
  const words = useWords();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [held, id]);
  const button = "min-h-9 shrink-0 rounded-xs px-3 font-[650] underline underline-offset-3 max-sm:min-h-11";
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={cx(
        "pointer-events-auto flex min-h-11 w-max max-w-full animate-rise items-center gap-4 rounded-s bg-ink py-1 pr-1 pl-4 text-paper shadow-object",
        tone === "bad" && "border-l-4 border-accent",
      )}
    >
      <span className="min-w-0 py-1 wrap-anywhere">
        {text}
        {detail ? <small className="block text-12 opacity-80">{detail}</small> : null}
      </span>
      {undo ? (
        <button
          type="button"
          className={button}
          onClick={() => {
            dismiss(id);
            undo();
          }}
        >
          {words.undo}
        </button>
      ) : (
        <button type="button" className={button} onClick={() => dismiss(id)}>
          {words.close}
        </button>
      )}
    </div>
  );
}
