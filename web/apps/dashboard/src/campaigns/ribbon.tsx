import { useTexts } from "../texts";
import { texts } from "./words/editor";

/** The day of 24 hours: light where messages may go out. `from` after `until`: over midnight. */
export function Ribbon({ from, until }: { from: string; until: string }) {
  const t = useTexts(texts);
  const start = shareOf(from);
  const end = shareOf(until);
  const words = from === until ? t.always : t.ribbon(plain(from), plain(until));
  const lights =
    from === until
      ? [[0, 1]]
      : start < end
        ? [[start, end]]
        : [
            [0, end],
            [start, 1],
          ];
  return (
    <figure>
      <div
        role="img"
        aria-label={words}
        className="relative h-7 overflow-hidden rounded-xs bg-[repeating-linear-gradient(135deg,var(--line)_0_1px,var(--sunken)_1px_6px)]"
      >
        {lights.map(([left = 0, right = 1]) => (
          <span
            key={left}
            className="absolute inset-y-0 rounded-xs bg-surface shadow-[inset_0_0_0_1px_var(--edge)]"
            style={{ left: `${left * 100}%`, right: `${(1 - right) * 100}%` }}
          />
        ))}
      </div>
      <div aria-hidden="true" className="flex justify-between text-12 leading-5 text-muted">
        {["0:00", "6:00", "12:00", "18:00", "24:00"].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <figcaption className="mt-1 text-12 text-muted">{words}</figcaption>
    </figure>
  );
}

function shareOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) / 1440;
}

/** `09:00` as people write it: `9:00`. */
export function plain(time: string): string {
  return time.slice(0, 5).replace(/^0(?=\d:)/, "");
}
