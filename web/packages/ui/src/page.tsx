import { useEffect, useId, useRef, type ReactNode } from "react";

import { cx } from "./cx";

type PageProps = {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** What stands over the title: where this page belongs, or the hour. */
  above?: ReactNode;
  children: ReactNode;
};

/** A place: the sentence that answers, then what proves it. Its heading takes the focus when one arrives. */
export function Page({ title, lead, actions, above, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const active = document.activeElement;
    if (!active || active === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div>
      {above ? <div className="mb-1 text-12 text-muted">{above}</div> : null}
      <div className="mb-6 flex flex-wrap items-start gap-x-4 gap-y-3 max-sm:mb-5">
        <div className="min-w-0 flex-[1_1_20rem]">
          <h1 ref={heading} tabIndex={-1} className="wrap-anywhere">
            {title}
          </h1>
          {lead ? <div className="mt-1 max-w-[68ch] wrap-anywhere text-muted">{lead}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}

type SectionProps = {
  title: ReactNode;
  actions?: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
  className?: string;
};

/** A part of a page under one line of ink. */
export function Section({ title, actions, lead, children, className }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cx("border-t border-rule pt-3 [&+section]:mt-8", className)}>
      <header className="mb-3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={id}>{title}</h2>
        {lead ? <p className="text-muted">{lead}</p> : null}
        {actions ? <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </section>
  );
}

/** The main column and a narrow one beside it; one below the other where it is narrow. `left`: the narrow one first. */
export function Split({
  children,
  left = false,
  className,
}: {
  children: ReactNode;
  left?: boolean;
  className?: string;
}) {
  return (
    <div
      className={cx(
        "grid items-start gap-8 lg:gap-10",
        left ? "lg:grid-cols-[19rem_minmax(0,1fr)]" : "lg:grid-cols-[minmax(0,1fr)_19rem]",
        "[&>*]:min-w-0 [&>section+section]:mt-0",
        className,
      )}
    >
      {children}
    </div>
  );
}

/** Two equal columns. */
export function Two({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cx("grid items-start gap-8 sm:grid-cols-2 [&>*]:min-w-0 [&>section+section]:mt-0", className)}>
      {children}
    </div>
  );
}

/** Things below one another. */
export function Stack({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cx("grid content-start gap-8 [&>*]:min-w-0 [&>section+section]:mt-0", className)}>{children}</div>
  );
}
