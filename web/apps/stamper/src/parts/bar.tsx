import type { ReactNode } from "react";
import { english } from "./language";
import { Icon } from "./icons";

type BarProps = {
  /** Who stamps and where; or a way back. */
  left: { who: string; where: string; onTap: () => void } | { back: string; onTap: () => void } | null;
  online: boolean;
  waiting: number;
  /** Refused stamps nobody has read about yet. */
  unseen?: number;
  onQueue?: () => void;
};

/** Always there: who stamps, the signal, how many wait. */
export function Bar({ left, online, waiting, unseen = 0, onQueue }: BarProps) {
  return (
    <header className="bar">
      {left === null ? <span /> : "back" in left ? <Back name={left.back} onTap={left.onTap} /> : <Who {...left} />}
      <Signal online={online} waiting={waiting} unseen={unseen} {...(onQueue ? { onQueue } : {})} />
    </header>
  );
}

function Back({ name, onTap }: { name: string; onTap: () => void }) {
  return (
    <button type="button" className="btn" aria-label={name} onClick={onTap}>
      <Icon name="back" />
    </button>
  );
}

function Who({ who, where, onTap }: { who: string; where: string; onTap: () => void }) {
  return (
    <button type="button" className="btn who-button" onClick={onTap}>
      <b aria-hidden="true">{Array.from(who)[0]?.toUpperCase()}</b>
      <span>
        <span className="sr">{words.stamps} </span>
        {who} <small>{where}</small>
      </span>
      <span className="sr">. {words.switch}</span>
    </button>
  );
}

function Signal({ online, waiting, unseen, onQueue }: Omit<BarProps, "left">) {
  const inside: ReactNode = (
    <>
      <span>
        {online ? words.online : words.offline}
        <small className="num">{unseen ? words.unseen(unseen) : words.waiting(waiting)}</small>
      </span>
      <Icon name={online ? "wifi" : "off"} />
    </>
  );
  const kind = `btn signal${online ? "" : " away"}${unseen ? " unseen" : ""}`;
  if (!onQueue) return <div className={kind}>{inside}</div>;
  return (
    <button type="button" className={kind} onClick={onQueue}>
      {inside}
    </button>
  );
}

const words = english
  ? {
      online: "Online",
      offline: "No signal",
      waiting: (count: number) => `${count} waiting`,
      unseen: (count: number | undefined) => `${count ?? 0} refused`,
      stamps: "Stamping:",
      switch: "Switch",
    }
  : {
      online: "En línea",
      offline: "Sin señal",
      waiting: (count: number) => `${count} en espera`,
      unseen: (count: number | undefined) => (count === 1 ? "1 rechazado" : `${count ?? 0} rechazados`),
      stamps: "Sella",
      switch: "Cambiar",
    };
