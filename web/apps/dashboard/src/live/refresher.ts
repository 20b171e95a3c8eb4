/** Turns many messages into few questions. */
export type Refresher = { poke: () => void; stop: () => void };

/**
 * After a poke `refresh` runs once `wait` ms have passed, whatever else is poked meanwhile, and once more each of `later`
 * ms after the last poke: numbers that a reaction counts follow their message by a moment.
 */
export function refresher(refresh: () => void, wait: number, later: readonly number[] = []): Refresher {
  let soon: ReturnType<typeof setTimeout> | null = null;
  let rest: ReturnType<typeof setTimeout>[] = [];
  const stop = () => {
    if (soon !== null) clearTimeout(soon);
    soon = null;
    for (const timer of rest) clearTimeout(timer);
    rest = [];
  };
  const poke = () => {
    soon ??= setTimeout(() => {
      soon = null;
      refresh();
    }, wait);
    for (const timer of rest) clearTimeout(timer);
    rest = later.map((ms) => setTimeout(refresh, ms));
  };
  return { poke, stop };
}
