import { Chip } from "@sello/ui/chip";
import { CONTROL } from "@sello/ui/control";
import { cx } from "@sello/ui/cx";
import { Segments } from "@sello/ui/segments";
import { useCallback } from "react";

import { number } from "../format";
import { useTexts } from "../texts";
import { GROUPS, type Filters, type Order } from "./filters";
import { SearchBox } from "./search-box";
import { useCounts } from "./use-directory";
import { texts } from "./words/list";

type ToolsProps = { filters: Filters; onChange: (change: Partial<Filters>) => void; onDown: () => void };

/** What narrows the list down: groups with how many are in them, search, who takes messages; and its order. */
export function Tools({ filters, onChange, onDown }: ToolsProps) {
  const t = useTexts(texts);
  const counts = useCounts().data;
  const search = useCallback((text: string) => onChange({ text }), [onChange]);
  const toggle = (marketing: boolean) => onChange({ marketing: filters.marketing === marketing ? null : marketing });
  return (
    <div className="mb-2">
      <Segments
        label={t.groups}
        value={filters.group}
        onChange={(group) => onChange({ group })}
        options={GROUPS.map((group) => ({
          value: group,
          label: t.group[group],
          count: counts ? number(counts[group]) : undefined,
        }))}
      />
      <div role="search" className="mt-4 flex flex-wrap items-center gap-2">
        <SearchBox value={filters.text} onSearch={search} onDown={onDown} />
        <div className="flex items-center gap-2 max-sm:-mx-4 max-sm:w-screen max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 max-sm:[scrollbar-width:none]">
          <Chip on={filters.marketing === true} onClick={() => toggle(true)}>
            {t.messages.yes}
          </Chip>
          <Chip on={filters.marketing === false} onClick={() => toggle(false)}>
            {t.messages.no}
          </Chip>
          <select
            aria-label={t.order}
            value={filters.order}
            onChange={(event) => onChange({ order: event.target.value as Order })}
            className={cx(CONTROL, "w-auto shrink-0")}
          >
            {(["visit", "name", "newest"] as const).map((order) => (
              <option key={order} value={order}>
                {t.orders[order]}
              </option>
            ))}
          </select>
        </div>
      </div>
      {t.meaning[filters.group] ? <p className="mt-3 text-muted">{t.meaning[filters.group]}</p> : null}
    </div>
  );
}
