/** The queue as the screens use it: every stamp goes through it, with a signal and without. */
import { type Entry, type Order, type Queue, StorageTrouble } from "../contracts";
import { kept, type Watched } from "../watched";
import { idMaker } from "./ids";
import { entryOf, type Stamp } from "./rules";
import type { Sender } from "./sender";
import type { Outbox } from "./store";

export type Parts = {
  outbox: Outbox;
  sender: Pick<Sender, "flush">;
  now: () => Date;
  shop: () => string | null;
  online: Watched<boolean>;
  /** Tell the other windows. */
  tell: () => void;
};

/** `look`: read the list again, as after news from another window. */
export function makeQueue(parts: Parts): Queue & { look: () => Promise<void> } {
  const { outbox, sender, now, online } = parts;
  const makeId = idMaker();
  const entries = kept<readonly Entry[]>([]);
  const count = kept(0);
  let stamps: Stamp[] = [];
  let asked = 0;

  const show = () => {
    entries.write(stamps.map((stamp) => entryOf(stamp, online.read())));
    count.write(stamps.filter((stamp) => stamp.state === "waiting").length);
  };
  const look = async () => {
    const mine = ++asked;
    const found = await outbox.all();
    if (mine !== asked) return; // a later look has been asked for, and knows more
    stamps = found;
    show();
  };
  const changed = async () => {
    parts.tell();
    await look();
  };
  online.watch(() => {
    show();
    if (online.read()) void sender.flush();
  });

  return {
    entries,
    count,
    look,
    add: async (order) => {
      const stamp = stampOf(order, makeId, now(), parts.shop());
      await outbox.add(stamp);
      await changed();
      if (online.read()) void sender.flush();
      return entryOf(stamp, online.read());
    },
    settled: (id, patience) =>
      new Promise((resolve, reject) => {
        const find = () => entries.read().find((entry) => entry.id === id);
        const end = () => {
          clearTimeout(timer);
          stop();
          const entry = find();
          if (entry) resolve(entry);
          else reject(new Error("no such entry"));
        };
        const step = () => {
          const state = find()?.state;
          if (state !== "waiting" && state !== "sending") end();
        };
        const stop = entries.watch(step);
        const timer = setTimeout(end, patience);
        step();
      }),
    withdraw: async (id) => {
      const done = await outbox.withdraw(id, now());
      await changed();
      return done;
    },
    undone: async (id) => {
      await outbox.undone(id, now());
      await changed();
    },
    see: async (id) => {
      await outbox.see(id);
      await changed();
    },
    flush: () => void sender.flush(),
  };
}

function stampOf(order: Order, makeId: (now: number) => string, at: Date, shop: string | null): Stamp {
  if (shop === null) throw new StorageTrouble("denied");
  return {
    id: makeId(at.getTime()),
    businessId: shop,
    target: order.target,
    label: order.label,
    givenBy: order.givenBy,
    occurredAt: at.toISOString(),
    stamps: order.stamps,
    amountCentimos: order.amountCentimos ?? null,
    state: "waiting",
    sent: false,
    settledAt: null,
    answer: null,
    refusal: null,
    seen: false,
  };
}
