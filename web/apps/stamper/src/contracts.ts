/** What the screens may ask of the queue, the roster, the till and the signal. Nothing here knows how it is done. */
import type { Body } from "@sello/api";
import type { Watched } from "./watched";

/** Whom to stamp: by what was scanned or typed (static or rotating), or somebody who was looked up. */
export type Target = { code: string } | { cardId: string };

/** A stamp to give. `label` is what the list says of it: a first name, or what is known of a code. */
export type Order = {
  kind: "stamp";
  target: Target;
  stamps: number;
  amountCentimos?: number;
  givenBy: string;
  label: string;
};

/** `undone`: taken back, here before it left or at the server. */
export type EntryState = "waiting" | "sending" | "done" | "refused" | "undone";

/** A stamp this machine gave, as the list shows it. Times are the server's, as far as this machine knows it. */
export type Entry = {
  id: string;
  label: string;
  at: string;
  givenBy: string;
  stamps: number;
  target: Target;
  state: EntryState;
  /** While it waits: when the server would no longer take it. Say so before. */
  goodUntil: string;
  answer?: Body<"StampAnswer">;
  /** Of a waiting one: why the server does not take it yet. */
  refusal?: { code: string; message: string; details?: Readonly<Record<string, unknown>> };
  /** Of a refused one: somebody has read why. */
  seen: boolean;
};

export type Queue = {
  /** Everything of the last days, the latest first. */
  entries: Watched<readonly Entry[]>;
  /** How many wait, being sent included. */
  count: Watched<number>;
  /** Write a stamp down and send it as soon as can be. It is on the disk when this resolves; else `StorageTrouble`. */
  add: (order: Order) => Promise<Entry>;
  /** The entry once the server has answered, or as it is after so many ms without an answer. */
  settled: (id: string, patience: number) => Promise<Entry>;
  /** Take back what never left: true. False: the server may have it, so only the server can take it back. */
  withdraw: (id: string) => Promise<boolean>;
  /** The server has taken it back (POST /voids). */
  undone: (id: string) => Promise<void>;
  /** Somebody has read why it was refused. */
  see: (id: string) => Promise<void>;
  /** Try to send now (*Probar ahora*). */
  flush: () => void;
};

/** `full`: no room left; `denied`: the browser remembers nothing here; `stale`: another tab brought a newer app. */
export type StorageFault = "full" | "denied" | "stale";

/** The disk would not take it: nothing was written down, nothing will be sent. */
export class StorageTrouble extends Error {
  constructor(
    readonly code: StorageFault,
    cause?: unknown,
  ) {
    super(code, { cause });
  }
}

/** Somebody the roster knows. */
export type Known = {
  customerId: string;
  cardId: string;
  firstName: string;
  lastThree: string;
  balance: number;
  of: number | null;
};

/** `offline`: their PIN can be checked here without a signal. */
export type StaffSeen = { accountId: string; name: string; offline?: boolean };

export type Roster = {
  /** By last digits (2 or 3) or by the beginning of a word of the name, accents aside; at most 20. */
  search: (text: string) => Promise<Known[]>;
  /** Everybody who may switch to themselves here: the server's list, without a signal the last one. */
  staff: () => Promise<StaffSeen[]>;
  /** The PIN as this machine saw it last. `unknown`: never seen here, so only the server can tell. */
  checkPin: (accountId: string, pin: string) => Promise<"ok" | "wrong" | "unknown" | "locked">;
  /** Remember a PIN the server has just accepted. */
  rememberPin: (staff: Pick<StaffSeen, "accountId" | "name">, pin: string) => Promise<void>;
  /** The server has refused this PIN, or no longer knows them. */
  forgetPin: (accountId: string) => Promise<void>;
  /** Fetch what changed; nothing happens without a signal. */
  refresh: () => Promise<void>;
  /** When it was last fetched. */
  at: Watched<Date | null>;
};

/** `none`: not enrolled; `ended`: the shop ended it, or suspended itself (`code`); what waits is kept. */
export type TillState =
  | { is: "opening" }
  | { is: "none" }
  | { is: "ready"; deviceId: string; businessId: string }
  | { is: "ended"; deviceId: string; businessId: string; code: string };

export type Till = {
  state: Watched<TillState>;
  /** The till's own access token, fresh; throws `NoAnswer` without a signal, `Refusal` when the till is ended. */
  token: () => Promise<string>;
  /** After POST /devices or POST /auth/devices: this machine is a till now. Asks for storage that lasts. */
  enrolled: (tokens: Body<"TillTokens">) => Promise<void>;
  /** Forget the till, the roster and the PINs. With stamps waiting only when they may be lost; else false. */
  signOut: (wish: { loseWaiting: boolean }) => Promise<boolean>;
};

export type Signal = {
  /** Whether the server answers, as far as is known; never true while the phone says it has no network. */
  online: Watched<boolean>;
  /** The server's time. */
  now: () => Date;
};

export type Updates = {
  /** A newer app is ready. It takes over by itself when nobody looks. */
  ready: Watched<boolean>;
  /** Take it now. */
  apply: () => void;
  /** Whether the phone offers to install; `install` asks. */
  installable: Watched<boolean>;
  install: () => Promise<boolean>;
};

/** A refusal of the server, in the page's language. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: Readonly<Record<string, unknown>>,
    /** Seconds after which it makes sense to ask again, when the server said so. */
    readonly after: number | null = null,
  ) {
    super(message);
  }
}

/** No answer came: no signal, or a server that is away. Nothing is known about what it did. */
export class NoAnswer extends Error {
  constructor(
    /** Seconds after which to ask again, when the server said so. */
    readonly after: number | null = null,
  ) {
    super("no answer");
  }
}

/** What `main.tsx` opens before the first screen. */
export type Counter = {
  queue: Queue;
  roster: Roster;
  till: Till;
  signal: Signal;
  updates: Updates;
  /** Set when nothing can be remembered here: then this browser cannot be a till. */
  trouble: StorageTrouble | null;
};
