import { Button } from "@sello/ui/button";
import { SelectField, TextField } from "@sello/ui/field";

import { $api } from "../api";
import { useTexts } from "../texts";
import { GROUPS } from "./actions";
import { texts } from "./texts";
import type { useFilters } from "./use-filters";

/** Who, what, and when. */
export function Filters({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const t = useTexts(texts);
  const staff = $api.useQuery("get", "/api/v1/staff", {});
  const people = (staff.data?.members ?? []).map((one) => ({ value: one.account_id, label: one.name }));
  return (
    <search className="mb-6 flex flex-wrap items-end gap-3">
      <SelectField
        label={t.who}
        value={filters.who}
        onChange={(value) => filters.set("who", value)}
        options={[{ value: "", label: t.everybody }, ...people]}
        wrap="min-w-0 max-sm:flex-[1_1_40%] sm:w-48"
      />
      <SelectField
        label={t.what}
        value={filters.what}
        onChange={(value) => filters.set("what", value)}
        options={[
          { value: "", label: t.everything },
          ...GROUPS.map((group) => ({ value: group, label: t.groups[group] })),
        ]}
        wrap="min-w-0 max-sm:flex-[1_1_40%] sm:w-48"
      />
      <TextField
        type="date"
        label={t.from}
        value={filters.from}
        max={filters.to || undefined}
        onChange={(event) => filters.set("from", event.target.value)}
        wrap="min-w-0 max-sm:flex-[1_1_40%]"
      />
      <TextField
        type="date"
        label={t.to}
        value={filters.to}
        min={filters.from || undefined}
        onChange={(event) => filters.set("to", event.target.value)}
        wrap="min-w-0 max-sm:flex-[1_1_40%]"
      />
      {filters.any ? (
        <Button variant="quiet" onClick={filters.clear}>
          {t.clear}
        </Button>
      ) : null}
    </search>
  );
}
