import type { ReactNode } from "react";

export type Wired = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

/** How everything looks that one writes or chooses in. */
export const CONTROL =
  "w-full min-h-(--ctl) rounded-s border border-edge bg-surface px-2 text-14 text-ink max-sm:text-16 max-sm:px-3 " +
  "focus-visible:rounded-s aria-invalid:border-refuse disabled:border-line disabled:bg-sunken disabled:text-muted";

/** What stands under a control: what is wrong with it first, else the hint. */
export function Help({ id, hint, error }: { id: string; hint?: ReactNode; error?: ReactNode }) {
  return (
    <>
      {error ? (
        <p id={`${id}-error`} className="text-12 text-refuse">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-12 text-muted">
          {hint}
        </p>
      ) : null}
    </>
  );
}

/** What a control has to be told of the words around it. */
export function wire(id: string, hint: ReactNode, error: ReactNode): Wired {
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return { id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined };
}
