import { Button } from "@sello/ui/button";
import { Empty } from "@sello/ui/state";

import { useTexts } from "../texts";
import { isNarrowed, searchOf, type Filters } from "./filters";
import { texts } from "./words/list";

/** Why the list is empty, and what to do about it. Whoever was searched for can be added as they were typed. */
export function NobodyHere({ filters, onClear, onAdd }: { filters: Filters; onClear: () => void; onAdd: () => void }) {
  const t = useTexts(texts);
  const said = filters.text.trim();
  if (!isNarrowed(filters))
    return (
      <Empty
        title={t.empty.title}
        text={t.empty.text}
        action={
          <Button variant="plain" onClick={onAdd}>
            {t.add}
          </Button>
        }
      />
    );
  const clear = <Button onClick={onClear}>{t.nobody.clear}</Button>;
  if (searchOf(filters.text) === undefined)
    return <Empty title={t.groupEmpty.title} text={t.groupEmpty.text} action={clear} />;
  return (
    <Empty
      title={t.nobody.title}
      text={<span className="wrap-anywhere">{t.nobody.text(said)}</span>}
      action={
        <>
          {clear}
          <Button onClick={onAdd} className="max-w-full">
            <span className="truncate">{t.nobody.add(said)}</span>
          </Button>
        </>
      }
    />
  );
}
