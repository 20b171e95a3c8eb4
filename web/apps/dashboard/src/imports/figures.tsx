import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import type { Import } from "./use-imports";

/** What an import added, or would add. */
export function Figures({ one }: { one: Import }) {
  const t = useTexts(texts);
  const format = useFormat();
  const good = one.lines - one.bad_lines;
  // A customer's line is new when the person is; a visit's when the visit is.
  const known = good - (one.kind === "visits" ? one.new_entries : one.new_customers);
  const figures: [number, string][] = [
    [one.new_customers, t.result.customers],
    [one.new_entries, one.kind === "visits" ? t.result.visits : t.result.cards],
    [one.new_stamps, t.result.stamps],
    [one.new_rewards, t.result.rewards],
    [Math.max(0, known), t.result.known],
  ];
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-4">
      {figures
        .filter(([value], place) => place === 0 || value > 0)
        .map(([value, name]) => (
          <div key={name} className="flex flex-col-reverse">
            <dt className="text-muted">{name}</dt>
            <dd className="text-28 font-[650]">{format.number(value)}</dd>
          </div>
        ))}
    </dl>
  );
}
