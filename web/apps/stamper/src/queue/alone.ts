/** One window at a time, by the browser's own locks. */

/**
 * Run `work` while this window alone holds the lock; false when another one has it.
 *
 * Where a browser has no locks every window sends: the server counts an id once, so that costs requests and nothing else.
 */
export async function alone(name: string, work: () => Promise<void>, steal = false): Promise<boolean> {
  if (!("locks" in navigator)) {
    await work();
    return true;
  }
  const run = async (lock: Lock | null) => {
    if (lock) await work();
    return lock !== null;
  };
  try {
    return await navigator.locks.request(name, steal ? { steal } : { ifAvailable: true }, run);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return true; // stolen while we worked
    throw error;
  }
}

/** Run `work` after whoever has the lock. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? await navigator.locks.request(name, work) : work();
}
