import { cx } from "@sello/ui/cx";
import { Head, HeadCell, Rows, Table } from "@sello/ui/table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { useTexts } from "../texts";
import type { Order } from "./filters";
import { CustomerRow } from "./row";
import type { Entry } from "./use-directory";
import { texts } from "./words/list";

type ListProps = {
  entries: readonly Entry[];
  /** They were found by other filters; the answer for these is on its way. */
  stale: boolean;
  of: number;
  order: Order;
  /** How many there are in all, where that is known. */
  total: number | undefined;
  picked: ReadonlySet<string>;
  onPick: (id: string, picked: boolean) => void;
  onConfirm: (entry: Entry) => void;
  /** The end comes near: fetch more. */
  onNear: () => void;
};

const ROW = 45; // px, until a row was measured
const AHEAD = 30; // rows before the end at which the next page is asked for

/** Thousands of customers of which only those in view are in the page. Arrows walk along them, Home and End too. */
export function List({ entries, stale, of, order, total, picked, onPick, onConfirm, onNear }: ListProps) {
  const t = useTexts(texts);
  const box = useRef<HTMLDivElement>(null);
  const stands = useRef(0); // the row that has the focus, or will have it once it is in the page
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (box.current) setTop(box.current.getBoundingClientRect().top + window.scrollY);
  }, [entries.length]);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (entries.length > 0 && last >= entries.length - AHEAD) onNear();
  }, [last, entries.length, onNear]);

  const walk = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (event.target instanceof HTMLAnchorElement && row) stands.current = Number(row.dataset.index);
    else if (event.target !== box.current) return;
    const at = stands.current;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= entries.length) return;
    event.preventDefault();
    stands.current = to;
    rows.scrollToIndex(to, { align: "auto" });
    focusRow(box.current, to, () => stands.current === to);
  };

  const before = (shown[0]?.start ?? top) - top;
  const after = rows.getTotalSize() - ((shown.at(-1)?.end ?? top) - top);
  const sorted = (by: Order, way: "ascending" | "descending") => (order === by ? way : "none");
  return (
    <div
      ref={box}
      tabIndex={-1}
      onKeyDown={walk}
      aria-busy={stale || undefined}
      className={cx("transition-opacity focus:outline-none", stale && "opacity-50")}
    >
      <Table label={t.caption} aria-rowcount={total === undefined ? -1 : total + 1}>
        <Head>
          <HeadCell>
            <span className="sr-only">{t.columns.pick}</span>
          </HeadCell>
          <HeadCell sort={sorted("name", "ascending")}>{t.columns.name}</HeadCell>
          <HeadCell>{t.columns.state}</HeadCell>
          <HeadCell>{t.columns.card}</HeadCell>
          <HeadCell sort={sorted("visit", "descending")}>{t.columns.last}</HeadCell>
          <HeadCell wide>{t.columns.rhythm}</HeadCell>
          <HeadCell wide>{t.columns.messages}</HeadCell>
        </Head>
        <Rows>
          <Gap height={before} />
          {shown.map(({ index }) => {
            const entry = entries[index];
            if (!entry) return null;
            return (
              <CustomerRow
                key={entry.id}
                entry={entry}
                of={of}
                index={index}
                picked={picked.has(entry.id)}
                onPick={(on) => onPick(entry.id, on)}
                onConfirm={() => onConfirm(entry)}
                measure={rows.measureElement}
              />
            );
          })}
          <Gap height={after} />
        </Rows>
      </Table>
    </div>
  );
}

/** The place of the rows that are not in the page. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true" className="max-sm:block">
      <td colSpan={7} className="p-0 max-sm:block" style={{ height }} />
    </tr>
  );
}

/** Give the focus to a row that may only appear with the next frames; until then the list keeps it. */
function focusRow(box: HTMLElement | null, index: number, wanted: () => boolean, frames = 60): void {
  if (!box || !wanted()) return;
  const link = box.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  if (link) return link.focus({ preventScroll: true });
  if (frames === 60) box.focus({ preventScroll: true });
  if (frames > 0) requestAnimationFrame(() => focusRow(box, index, wanted, frames - 1));
}
