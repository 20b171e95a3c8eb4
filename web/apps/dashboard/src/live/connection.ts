import { io, type Socket } from "socket.io-client";

import { freshToken, renewToken } from "../session/tokens";

/** `lost`: messages do not arrive for now, what is shown may be old. */
export type LiveState = "connecting" | "open" | "lost";

type Message = Readonly<Record<string, unknown>>;
type Listener = (event: string, message: Message) => void;

/** What listeners are told after a (re)connection, or when the server lost messages: ask for everything again. */
export const AGAIN = "again";

const PATIENCE = 2_000; // ms without a connection before anybody is told
const LATER = 5_000; // ms until the next try after the server did not want us
const FOR_GOOD = new Set(["membership_ended", "session_ended", "forbidden", "business_suspended", "business_closed"]);

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let socket: Socket | null = null;
let state: LiveState = "connecting";
let telling: ReturnType<typeof setTimeout> | undefined;
let retrying: ReturnType<typeof setTimeout> | undefined;
let ended: string | null = null;

/** Whether messages arrive. */
export function liveState(): LiveState {
  return state;
}

/** Be told when that changes. */
export function onLiveState(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Listen to the shop's messages. The connection opens with the first listener and closes after the last. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (!socket) open();
  return () => {
    listeners.delete(listener);
    // The next page listens in the same moment; only whoever leaves the pages for good closes.
    setTimeout(() => listeners.size === 0 && close(), 0);
  };
}

function open(): void {
  ended = null;
  move("connecting");
  telling = setTimeout(() => move("lost"), PATIENCE);
  socket = io({
    transports: ["websocket"],
    reconnectionDelay: 500,
    reconnectionDelayMax: LATER,
    auth: (give) => {
      void token().then((value) => give({ token: value }));
    },
  });
  socket.on("connect", () => {
    clearTimeout(telling);
    move("open");
    tell(AGAIN, {});
  });
  socket.on("disconnect", (reason) => {
    missed();
    if (reason === "io server disconnect") again(ended);
  });
  socket.on("connect_error", (error) => {
    missed();
    // A network that fails is tried again by the library; a refusal is ours to answer.
    if (socket?.active === false) again(codeOf(error));
  });
  socket.onAny((event: string, message: Message) => {
    if (event === "ended") ended = typeof message.code === "string" ? message.code : null;
    else tell(event === "refetch" ? AGAIN : event, message);
  });
}

function close(): void {
  clearTimeout(telling);
  clearTimeout(retrying);
  socket?.close();
  socket = null;
}

/** Come back with a token that holds; whoever was dismissed stays away. */
function again(code: string | null): void {
  if (code !== null && FOR_GOOD.has(code)) return;
  const from = socket;
  const renewed = code === "unauthenticated" ? renewToken().catch(() => null) : Promise.resolve(null);
  void renewed.then((fresh) => {
    clearTimeout(retrying);
    retrying = setTimeout(() => from === socket && from?.connect(), fresh === null ? LATER : 0);
  });
}

function missed(): void {
  if (state !== "open") return;
  state = "connecting"; // a moment's silence is nobody's business
  clearTimeout(telling);
  telling = setTimeout(() => move("lost"), PATIENCE);
}

function move(next: LiveState): void {
  state = next;
  for (const watcher of watchers) watcher();
}

function tell(event: string, message: Message): void {
  for (const listener of listeners) listener(event, message);
}

async function token(): Promise<string> {
  try {
    return (await freshToken()) ?? "";
  } catch {
    return ""; // refused, then tried again later
  }
}

function codeOf(error: Error): string | null {
  const data = (error as { data?: unknown }).data;
  return typeof data === "object" && data !== null && "code" in data && typeof data.code === "string"
    ? data.code
    : null;
}
