import { ArrowDown, ArrowUp } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

import { cx } from "./cx";

type TableProps = Omit<ComponentProps<"table">, "role"> & { label: string };

/** A table that becomes a list of two columns on a phone; it says its roles, for `display` takes them away. */
export function Table({ label, className, ...rest }: TableProps) {
  return (
    <table role="table" aria-label={label} {...rest} className={cx("w-full border-collapse max-sm:block", className)} />
  );
}

/** The names of the columns; they stay in view. On a phone only those hear them who do not see. */
export function Head({ children }: { children: ReactNode }) {
  return (
    <thead role="rowgroup" className="max-sm:sr-only sm:sticky sm:top-0 sm:z-1 sm:bg-paper">
      <tr role="row">{children}</tr>
    </thead>
  );
}

type HeadCellProps = {
  children?: ReactNode;
  numeric?: boolean;
  wide?: boolean;
  sort?: "ascending" | "descending" | "none";
  onSort?: () => void;
};

/** The name of a column. `sort` and `onSort` make it a button; `wide` columns go before the page gets narrow. */
export function HeadCell({ children, numeric = false, wide = false, sort, onSort }: HeadCellProps) {
  const Arrow = sort === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={sort}
      className={cx(
        "h-9 border-b border-line pr-4 text-left text-12 font-medium whitespace-nowrap text-muted last:pr-0",
        numeric && "text-right",
        wide && "hidden md:table-cell",
      )}
    >
      {onSort ? (
        <>
          <span className="sm:hidden">{children}</span>
          <button
            type="button"
            onClick={onSort}
            className="inline-flex min-h-8 items-center gap-1 hover:text-ink max-sm:hidden"
          >
            {children}
            <Arrow aria-hidden="true" className={cx("size-3", (!sort || sort === "none") && "invisible")} />
          </button>
        </>
      ) : (
        children
      )}
    </th>
  );
}

/** The rows. */
export function Rows({ children, ...rest }: ComponentProps<"tbody">) {
  return (
    <tbody role="rowgroup" {...rest} className="max-sm:block">
      {children}
    </tbody>
  );
}

type RowProps = ComponentProps<"tr"> & { picked?: boolean };

/** A row. With a `RowLink` in it the whole row is its target. */
export function Row({ picked = false, className, ...rest }: RowProps) {
  return (
    <tr
      role="row"
      aria-selected={picked || undefined}
      {...rest}
      className={cx(
        "relative border-b border-line has-[[data-row-link]]:hover:bg-hover max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] " +
          "max-sm:items-center max-sm:gap-x-3 max-sm:py-2.5 max-sm:min-h-14",
        picked && "bg-sunken",
        className,
      )}
    />
  );
}

type CellProps = ComponentProps<"td"> & {
  /** Its column's name, shown before it on a phone. */
  label?: string | undefined;
  numeric?: boolean;
  /** On a phone: stays at the right / takes the whole line / is left out. */
  keep?: boolean;
  full?: boolean;
  wide?: boolean;
};

/** A cell. */
export function Cell({ label, numeric, keep, full, wide, className, children, ...rest }: CellProps) {
  return (
    <td
      role="cell"
      {...rest}
      className={cx(
        "h-11 pr-4 align-middle last:pr-0 max-sm:h-auto max-sm:min-w-0 max-sm:p-0 max-sm:leading-6",
        numeric && "text-right whitespace-nowrap",
        numeric && !keep && "max-sm:text-left",
        keep && "max-sm:text-right",
        full && "max-sm:col-span-full",
        wide && "hidden md:table-cell",
        className,
      )}
    >
      {label ? <span className="text-muted sm:hidden">{label} </span> : null}
      {children}
    </td>
  );
}

/** The link of a row, covering it; controls of the row lie above it with `relative z-1`. */
export function RowLink({ asChild = false, className, ...rest }: ComponentProps<"a"> & { asChild?: boolean }) {
  const Element = asChild ? Slot.Root : "a";
  return (
    <Element
      data-row-link=""
      {...rest}
      className={cx(
        "font-semibold no-underline after:absolute after:inset-0 after:content-[''] focus-visible:outline-none " +
          "focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus",
        className,
      )}
    />
  );
}
