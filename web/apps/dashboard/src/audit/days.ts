/** The moment a day (`2026-11-23`) begins in a zone, as ISO text; `after` days later. */
export function startOf(day: string, zone: string, after = 0): string | undefined {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight)) return undefined;
  const wanted = midnight + after * 86_400_000;
  // The offset at a guess, then the offset at what follows from it: right on days when clocks change, too.
  const once = wanted - offset(wanted, zone);
  return new Date(wanted - offset(once, zone)).toISOString();
}

function offset(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(moment / 1000) * 1000;
}

/** The day of a moment in a zone: `2026-11-23`. */
export function dayOf(moment: string, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    new Date(moment),
  );
}
