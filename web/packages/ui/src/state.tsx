import type { ReactNode } from "react";

import { Button } from "./button";
import { cx } from "./cx";
import { Ring } from "./mark";
import { useWords } from "./words";

/** A grey place as large as what will stand there. `lines`: so many rows of text. */
export function Skeleton({ className, lines }: { className?: string; lines?: number }) {
  if (lines === undefined) return <div aria-hidden="true" className={cx("h-4 rounded-xs", GREY, className)} />;
  return (
    <div className="grid gap-3" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={cx("h-4 rounded-xs", GREY, index % 3 === 2 && "w-4/5", className)} />
      ))}
    </div>
  );
}

const GREY = "animate-breathe bg-[color-mix(in_oklab,var(--ink)_8%,var(--paper))]";

/** Says once to whoever listens that something is on its way; stands around skeletons. */
export function Loading({ children }: { children: ReactNode }) {
  const words = useWords();
  return (
    <div aria-busy="true">
      <p role="status" className="sr-only">
        {words.loading}
      </p>
      {children}
    </div>
  );
}

type EmptyProps = { title: ReactNode; text?: ReactNode; action?: ReactNode; level?: 1 | 2 | 3; small?: boolean };

/** What will be here, and the one thing to do about it. `small`: inside a section, without the ring. */
export function Empty({ title, text, action, level = 2, small = false }: EmptyProps) {
  const Heading = `h${level}` as const;
  return (
    <div
      className={cx("grid gap-2", small ? "justify-items-start py-6" : "justify-items-center px-4 py-12 text-center")}
    >
      {small ? null : <Ring className="mb-2 size-18 text-ghost" />}
      <Heading>{title}</Heading>
      {text ? <div className="max-w-[44ch] text-muted">{text}</div> : null}
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

type TroubleProps = {
  error: unknown;
  onRetry?: (() => void) | undefined;
  title?: ReactNode;
  level?: 1 | 2 | 3;
  small?: boolean;
};

/** Something could not be loaded: what happened, that nothing was lost, what to do, and a short code. */
export function Trouble({ error, onRetry, title, level = 2, small = false }: TroubleProps) {
  const words = useWords();
  const told = tell(error);
  const offline = told.code === "no_signal";
  return (
    <div role="alert">
      <Empty
        level={level}
        small={small}
        title={title ?? (offline ? words.noSignal : words.trouble)}
        text={
          <>
            <p>{offline ? words.noSignalText : (told.message ?? words.troubleText)}</p>
            {told.reference ? (
              <p className="mt-2 text-12">
                {words.code} <b className="whitespace-nowrap text-ink">{told.reference}</b>
              </p>
            ) : null}
          </>
        }
        action={
          onRetry ? (
            <Button variant={small ? "plain" : "main"} onClick={onRetry}>
              {words.retry}
            </Button>
          ) : undefined
        }
      />
    </div>
  );
}

type Told = { code?: string | undefined; message?: string | undefined; reference?: string | undefined };

/** What an error of any kind has to say: a refusal of the API has a sentence and a short code. */
export function tell(error: unknown): Told {
  if (typeof error !== "object" || error === null || !("code" in error) || typeof error.code !== "string") return {};
  const message =
    "message" in error && typeof error.message === "string" && error.message !== "" ? error.message : undefined;
  const reference = "reference" in error && typeof error.reference === "string" ? error.reference : undefined;
  return { code: error.code, message, reference };
}
