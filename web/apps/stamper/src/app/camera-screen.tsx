import { useState } from "react";
import type { Entry } from "../contracts";
import type { Token } from "../counter/cards";
import { texts as counterTexts } from "../counter/texts";
import { secondsLeft, useUndo } from "../counter/undo";
import { Bar } from "../parts/bar";
import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { useSeconds } from "../parts/seconds";
import type { Camera } from "../scan/camera";
import { type ReadCode, readCode } from "../scan/codes";
import type { Guard } from "../scan/guard";
import { texts } from "../scan/texts";
import { Viewfinder } from "../scan/viewfinder";
import { useWatched } from "../watched";
import { type FrameProps, useUnseen, whoIn } from "./frame";
import { Offers } from "./offers";

const t = textsOf(texts);
const words = textsOf(counterTexts);

type CameraProps = FrameProps & { token: Token; guard: Guard; onCode: (read: ReadCode) => Promise<void> };

/** The camera fills the screen; look-up is one thumb away; the last stamp can be undone. */
export function CameraScreen({ counter, desk, person, where, go, token, guard, onCode }: CameraProps) {
  const online = useWatched(counter.signal.online);
  const waiting = useWatched(counter.queue.count);
  const unseen = useUnseen(counter);
  const [lamp, setLamp] = useState<Camera["torch"]>(null);
  const [lit, setLit] = useState(false);
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  const see = (texts: string[]) => {
    if (busy) return;
    const codes = texts.map((text) => {
      const read = readCode(text, location.origin);
      return { code: text, key: read.is === "card" ? read.key : text, read };
    });
    const seen = guard.look(codes, Date.now());
    setAgain(seen.again);
    const act = codes.find((code) => code.code === seen.act?.code);
    if (!act) return;
    setBusy(true);
    void onCode(act.read).finally(() => setBusy(false));
  };
  const light = () => {
    void lamp?.(!lit).then(() => setLit(!lit));
  };
  return (
    <main className={desk.gift ? "screen camera gift" : "screen camera"}>
      <Bar
        left={person ? whoIn(person, where, () => go({ do: "show", screen: { at: "people" } })) : null}
        online={online}
        waiting={waiting}
        unseen={unseen}
        onQueue={() => go({ do: "show", screen: { at: "queue" } })}
      />
      <Viewfinder onLook={see} again={again} gift={desk.gift} onLamp={(next) => setLamp(() => next)} />
      <footer className="dock">
        <Last {...{ counter, token }} id={desk.last} />
        <Offers counter={counter} />
        <div className="row wide">
          <button type="button" className="btn find" onClick={() => go({ do: "show", screen: { at: "find" } })}>
            <Icon name="search" />
            <span>{t.find}</span>
          </button>
          <button
            type="button"
            className="btn find"
            aria-label={desk.gift ? t.stamp : t.gift}
            aria-pressed={desk.gift}
            onClick={() => go({ do: "aim", gift: !desk.gift })}
          >
            <Icon name="gift" />
          </button>
          {lamp && (
            <button
              type="button"
              className="btn find"
              aria-label={lit ? t.dark : t.light}
              aria-pressed={lit}
              onClick={light}
            >
              <Icon name="torch" />
            </button>
          )}
        </div>
      </footer>
    </main>
  );
}

function Last({ counter, token, id }: { counter: FrameProps["counter"]; token: Token; id: string | null }) {
  const entries = useWatched(counter.queue.entries);
  const now = useSeconds(counter.signal.now, id !== null);
  const entry = entries.find((each) => each.id === id);
  if (!entry || (secondsLeft(entry, now) === 0 && entry.state !== "undone")) return null;
  return <Strip counter={counter} token={token} entry={entry} now={now} />;
}

type StripProps = { counter: FrameProps["counter"]; token: Token; entry: Entry; now: Date };

function Strip({ counter, token, entry, now }: StripProps) {
  const { button, trouble } = useUndo(counter, token, entry, now);
  const name = entry.answer?.customer_name ?? entry.label;
  const rest =
    entry.state === "undone"
      ? words.queue.undone
      : entry.answer
        ? words.queue.progress(entry.answer.balance, entry.answer.of)
        : `+${entry.stamps}`;
  return (
    <div className="last">
      <span className="clip" role="status">
        {trouble ?? (
          <>
            <b>{name}</b>, {rest}
          </>
        )}
      </span>
      {button}
    </div>
  );
}
