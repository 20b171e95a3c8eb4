import { Button } from "@sello/ui/button";
import { Dots } from "@sello/ui/dots";
import { Cell, Row, RowLink } from "@sello/ui/table";
import type { Ref } from "react";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { StateTag } from "./state-tag";
import type { Entry } from "./use-directory";
import { useRhythm } from "./use-rhythm";
import { texts } from "./words/list";

type CustomerRowProps = {
  entry: Entry;
  of: number;
  index: number;
  picked: boolean;
  onPick: (picked: boolean) => void;
  onConfirm: () => void;
  measure: Ref<HTMLTableRowElement>;
};

/** A customer in the list. Of one who is to be confirmed there is no page yet, but the act that makes it one. */
export function CustomerRow({ entry, of, index, picked, onPick, onConfirm, measure }: CustomerRowProps) {
  const t = useTexts(texts);
  const { when } = useFormat();
  const rhythm = useRhythm();
  const pending = entry.state === "pending";
  return (
    <Row ref={measure} data-index={index} aria-rowindex={index + 2} picked={picked}>
      <Cell className="w-9 pr-2 max-sm:hidden">
        <label className="relative z-1 -ml-2 grid size-9 place-items-center">
          <input
            type="checkbox"
            aria-label={t.pick(entry.name)}
            checked={picked}
            onChange={(event) => onPick(event.target.checked)}
            className="size-4 accent-accent"
          />
        </label>
      </Cell>
      <Cell className="max-w-72">
        {pending ? (
          <span className="block truncate font-semibold">{entry.name}</span>
        ) : (
          <RowLink asChild className="block truncate max-sm:py-0.5">
            <Link to={`/app/clientes/${entry.id}`}>{entry.name}</Link>
          </RowLink>
        )}
      </Cell>
      <Cell keep>
        <StateTag state={entry.state} ready={entry.ready} />
      </Cell>
      <Cell>
        {pending ? (
          <span className="text-muted">{t.ends(entry.last_three)}</span>
        ) : (
          <Dots value={Math.min(entry.balance, of)} of={of} label={t.stamps(entry.balance, of)} />
        )}
      </Cell>
      <Cell keep className="whitespace-nowrap text-muted sm:text-ink">
        {pending ? (
          <Button size="s" className="relative z-1" onClick={onConfirm}>
            {t.confirm}
          </Button>
        ) : entry.last_at ? (
          when(entry.last_at)
        ) : (
          t.never
        )}
      </Cell>
      <Cell wide className="whitespace-nowrap text-muted">
        {pending ? "" : rhythm(entry)}
      </Cell>
      <Cell wide className="whitespace-nowrap text-muted">
        {entry.opted_in_at ? t.takes.yes : entry.opted_out_at ? t.takes.stopped : t.takes.never}
      </Cell>
    </Row>
  );
}
