import { Picture, pictureOf } from "@sello/card";
import { Dial } from "../parts/dial";
import { Icon } from "../parts/icons";
import { dayOf, textsOf } from "../parts/language";
import { Answer } from "./answer";
import type { Held, Ready } from "./cards";
import { texts } from "./texts";
import type { View } from "./view";

const t = textsOf(texts);
const HELD = 90;
const FREE = 60;

const PAPER = { look: "plain", figure: null, share: 0, tone: null } as const satisfies Partial<View>;

/** Seconds a reward is still held for. */
export function secondsHeld(held: Held, now: Date): number {
  return Math.min(HELD, Math.ceil((Date.parse(held.expires_at) - now.getTime()) / 1000));
}

export function Looking() {
  return (
    <div className="answer" role="status">
      <p className="what">{t.answer.loading}</p>
      <Dial busy />
    </div>
  );
}

type ChoosingProps = { name: string; rewards: readonly Ready[]; onChoose: (id: string) => void; onNext: () => void };

export function Choosing({ name, rewards, onChoose, onNext }: ChoosingProps) {
  return (
    <>
      <div className="find-in">
        <h1>{t.gift.choose}</h1>
        <p className="muted clip">{t.gift.for(name)}</p>
        <ul className="people-found">
          {rewards.map((reward) => (
            <li key={reward.id}>
              <button type="button" onClick={() => onChoose(reward.id)}>
                <span>
                  <span className="clip">{reward.title}</span>
                  {reward.goodUntil && <small>{t.gift.until(dayOf(`${reward.goodUntil}T12:00:00`))}</small>}
                </span>
                <Icon name="gift" />
              </button>
            </li>
          ))}
        </ul>
      </div>
      <footer className="dock">
        <button type="button" className="btn soft" onClick={onNext}>
          {t.gift.notNow}
        </button>
      </footer>
    </>
  );
}

type HeldProps = {
  held: Held;
  busy: boolean;
  note: string | null;
  now: Date;
  onGive: (held: Held) => void;
  onNotNow: (held: Held) => void;
};

export function HeldReward({ held, busy, note, now, onGive, onNotNow }: HeldProps) {
  const seconds = secondsHeld(held, now);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const view: View = {
    ...PAPER,
    icon: "gift",
    what: t.gift.ready,
    share: (100 * seconds) / HELD,
    title: held.title,
    text: `${t.gift.for(held.customer_name)}. ${t.gift.held(time)}`,
  };
  return (
    <Answer view={view} note={note} picture={<Prize title={held.title} />} quiet>
      <button type="button" className="btn ink tall" onClick={() => onGive(held)} disabled={busy} autoFocus>
        {t.gift.given}
      </button>
      <button type="button" className="btn soft" onClick={() => onNotNow(held)} disabled={busy}>
        {t.gift.notNow}
      </button>
    </Answer>
  );
}

type GivenProps = {
  held: Held;
  at: Date;
  busy: boolean;
  note: string | null;
  now: Date;
  onBack: (held: Held, at: Date) => void;
  onNext: () => void;
};

export function Given({ held, at, busy, note, now, onBack, onNext }: GivenProps) {
  const free = Math.min(FREE, FREE - Math.floor((now.getTime() - at.getTime()) / 1000));
  const view: View = {
    ...PAPER,
    icon: "check",
    what: t.gift.done,
    share: 100,
    title: held.customer_name,
    text: t.gift.doneHow(held.title),
  };
  return (
    <Answer view={view} note={note} picture={<Prize title={held.title} />}>
      <button type="button" className="btn ink" onClick={onNext} autoFocus>
        {t.next}
      </button>
      {free > 0 && (
        <button type="button" className="btn soft" onClick={() => onBack(held, at)} disabled={busy}>
          <Icon name="undo" />
          <span>
            {t.undo} <span className="num">{free} s</span>
          </span>
        </button>
      )}
    </Answer>
  );
}

export function Over({ onAgain, onNext }: { onAgain: () => void; onNext: () => void }) {
  const view: View = {
    ...PAPER,
    icon: "clock",
    what: t.gift.ready,
    figure: "clock",
    title: t.gift.over,
    text: t.gift.overHow,
  };
  return (
    <Answer view={view}>
      <button type="button" className="btn ink" onClick={onAgain} autoFocus>
        {t.gift.again}
      </button>
      <button type="button" className="btn soft" onClick={onNext}>
        {t.gift.notNow}
      </button>
    </Answer>
  );
}

export function Undone({ held, onNext }: { held: Held; onNext: () => void }) {
  const view: View = {
    ...PAPER,
    icon: "undo",
    what: t.gift.undone,
    figure: "gift",
    title: held.customer_name,
    text: t.gift.undoneHow,
  };
  return (
    <Answer view={view}>
      <button type="button" className="btn ink" onClick={onNext} autoFocus>
        {t.next}
      </button>
    </Answer>
  );
}

function Prize({ title }: { title: string }) {
  return (
    <svg className="prize" viewBox="0 0 100 100" aria-hidden="true">
      <Picture name={pictureOf(title)} />
    </svg>
  );
}
