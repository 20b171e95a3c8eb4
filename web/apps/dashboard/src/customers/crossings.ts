export type Crossed = { balance: number; rewards: number; rounds: number };

/** What adding stamps by hand comes to, as the API will count it: steps crossed give rewards, the last one begins anew. */
export function crossingsOf(balance: number, delta: number, steps: readonly { at: number }[]): Crossed {
  const last = steps.at(-1)?.at;
  if (delta <= 0 || last === undefined) return { balance: balance + delta, rewards: 0, rounds: 0 };
  let [from, to, rewards, rounds] = [balance, balance + delta, 0, 0];
  for (;;) {
    for (const { at } of steps.slice(0, -1)) if (from < at && at <= to) rewards += 1;
    if (to < last) return { balance: to, rewards, rounds };
    [from, to, rewards, rounds] = [0, to - last, rewards + 1, rounds + 1];
  }
}
