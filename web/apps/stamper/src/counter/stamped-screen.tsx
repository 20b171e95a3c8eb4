import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Counter, Entry } from "../contracts";
import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { useSeconds } from "../parts/seconds";
import { sound } from "../parts/tones";
import { useWatched } from "../watched";
import { Answer } from "./answer";
import { type Ready, readyRewards, type Token } from "./cards";
import { worthOf } from "./discount-screen";
import { type Discount, usableDiscounts } from "./discounts";
import { texts } from "./texts";
import { useUndo } from "./undo";
import { viewOf } from "./view";
import { WaysOn } from "./ways-on";

const t = textsOf(texts);
const PATIENCE = 1_500; // ms until an answer that has not come is said to be kept
const MOST_CODES = 2; // more would push the answer off a small phone
const STAYS = 4_000; // ms until the camera comes back by itself

export type Ways = {
  onNext: () => void;
  onFind: () => void;
  onGive: (cardId: string, name: string, reward: Ready | null) => void;
  onConfirm: (entry: Entry) => void;
  onDiscount: (code: string) => void;
  onSettled: (entry: Entry) => void;
};

type StampedProps = Ways & {
  counter: Counter;
  token: Token;
  entry: Entry;
  steps: readonly { at: number; title: string }[];
  onLook: (look: string) => void;
};

/** What became of a stamp: at once by the queue, then as the server says. */
export function StampedScreen(props: StampedProps) {
  const { counter, token, entry, steps, onNext } = props;
  const online = useWatched(counter.signal.online);
  const waited = useWaited(entry.state === "done" || entry.state === "refused" ? null : PATIENCE);
  const now = useSeconds(counter.signal.now);
  const view = viewOf(entry, { online, steps, now, waited }, t);
  const ready = useReady(token, entry, online);
  const undo = useUndo(counter, token, entry, now);
  const discounts = useDiscounts(token, entry, online);
  const gives = entry.state === "done" && ready.length + discounts.length > 0;
  useTold(props, view.look, view.tone);
  useGoBack(onNext, (view.look === "ok" || view.look === "wait") && !gives && !undo.trouble && !undo.busy);

  if (view.look === "no")
    return (
      <Answer view={view}>
        <WaysOn {...props} code={entry.refusal?.code ?? "other"} onConfirm={() => props.onConfirm(entry)} />
      </Answer>
    );
  const text =
    ready.length > 0 && !entry.answer?.rewards.length
      ? t.answer.ready(ready.map((each) => each.title).join(", "))
      : view.text;
  const next = (main: boolean) => (
    <button key={view.look} type="button" className={main ? "btn ink" : "btn soft"} onClick={onNext} autoFocus={main}>
      {t.next}
    </button>
  );
  const name = entry.answer?.customer_name ?? entry.label;
  return (
    <Answer view={{ ...view, text }} note={undo.trouble}>
      {gives && entry.answer ? (
        <>
          {ready.length > 0 && (
            <Give ready={ready} onGive={(reward) => props.onGive(entry.answer?.card_id ?? "", name, reward)} />
          )}
          {discounts.slice(0, MOST_CODES).map((discount) => (
            <button
              key={discount.code}
              type="button"
              className={ready.length > 0 ? "btn soft" : "btn ink"}
              onClick={() => props.onDiscount(discount.code)}
            >
              <Icon name="card" />
              <span className="clip">{t.discount.redeem(worthOf(discount))}</span>
            </button>
          ))}
          <div className="row">
            {undo.button}
            {next(false)}
          </div>
        </>
      ) : (
        <>
          {next(true)}
          {undo.button}
        </>
      )}
    </Answer>
  );
}

function Give({ ready, onGive }: { ready: readonly Ready[]; onGive: (reward: Ready | null) => void }) {
  const only = ready.length === 1 ? (ready[0] ?? null) : null;
  return (
    <button type="button" className="btn ink" onClick={() => onGive(only)} autoFocus>
      <Icon name="gift" />
      <span className="clip">{only ? t.answer.give(only.title) : t.answer.giveMany(ready.length)}</span>
    </button>
  );
}

/** Codes of campaigns that whoever was stamped could use now. */
function useDiscounts(token: Token, entry: Entry, online: boolean): readonly Discount[] {
  const customerId = entry.state === "done" && online ? entry.answer?.customer_id : undefined;
  const [found, setFound] = useState<{ of: string; codes: Discount[] } | null>(null);
  useEffect(() => {
    if (!customerId) return;
    let gone = false;
    usableDiscounts(token, customerId).then(
      (codes) => !gone && setFound({ of: customerId, codes }),
      () => undefined, // the customer's message has it too, and it can be typed
    );
    return () => {
      gone = true;
    };
  }, [token, customerId]);
  return found && found.of === customerId ? found.codes : [];
}

/** True once so many ms have passed; null never waits. */
function useWaited(ms: number | null): boolean {
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    if (ms === null) return;
    const timer = setTimeout(() => setWaited(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return waited;
}

/** Rewards of a counted card: those the stamp earned at once, then all that wait. */
function useReady(token: Token, entry: Entry, online: boolean): readonly Ready[] {
  const cardId = entry.state === "done" ? entry.answer?.card_id : undefined;
  const [found, setFound] = useState<Ready[] | null>(null);
  useEffect(() => {
    if (!cardId || !online) return;
    let gone = false;
    readyRewards(token, cardId).then(
      (rewards) => !gone && setFound(rewards),
      () => undefined, // those it earned are shown all the same
    );
    return () => {
      gone = true;
    };
  }, [token, cardId, online]);
  if (!cardId || !online) return [];
  return found ?? (entry.answer?.rewards ?? []).map(({ id, title }) => ({ id, title, goodUntil: null }));
}

/** Sound, vibration and the screen's colour with the first frame of each look, and the rest of the app told. */
function useTold({ entry, onSettled, onLook }: StampedProps, look: string, tone: Parameters<typeof sound>[0] | null) {
  const said = useRef<string | null>(null);
  const tell = useEffectEvent(() => {
    onLook(look);
    if (tone && said.current !== tone) sound(tone);
    said.current = tone;
    if (look !== "busy") onSettled(entry);
  });
  useEffect(() => tell(), [look, tone]);
}

/** Back to the camera by itself, unless something was touched. */
function useGoBack(onNext: () => void, wanted: boolean): void {
  const go = useEffectEvent(onNext);
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => go(), STAYS);
    const stay = () => clearTimeout(timer);
    addEventListener("pointerdown", stay);
    addEventListener("keydown", stay);
    return () => {
      stay();
      removeEventListener("pointerdown", stay);
      removeEventListener("keydown", stay);
    };
  }, [wanted]);
}
