import { type ReactNode, useState } from "react";
import { type Counter, type Entry, NoAnswer, Refusal } from "../contracts";
import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { type Token, undo } from "./cards";
import { texts } from "./texts";

const t = textsOf(texts);
const FREE = 60; // seconds in which nobody asks why

/** Seconds left to take a stamp back without a reason. */
export function secondsLeft(entry: Entry, now: Date): number {
  if (entry.state === "refused" || entry.state === "undone") return 0;
  const given = Date.parse(entry.answer?.occurred_at ?? entry.at);
  return Math.max(0, Math.min(FREE, FREE - Math.floor((now.getTime() - given) / 1000)));
}

/** A button that takes the stamp back while its minute lasts, and what came of it in words. */
export function useUndo(counter: Counter, token: Token, entry: Entry, now: Date) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const left = secondsLeft(entry, now);
  const act = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await undo(counter, token, entry.id);
    } catch (error) {
      setTrouble(sentence(error));
    }
    setBusy(false);
  };
  const button: ReactNode = left > 0 && (
    <button type="button" className="btn soft" onClick={() => void act()} disabled={busy}>
      <Icon name="undo" />
      <span>
        {busy ? t.answer.undoing : t.undo} {!busy && <span className="num">{left} s</span>}
      </span>
    </button>
  );
  return { button, trouble, busy, left, act };
}

function sentence(error: unknown): string {
  if (error instanceof NoAnswer) return t.answer.undoUnknown;
  if (!(error instanceof Refusal)) return t.answer.failed;
  if (error.code === "void_reason_needed") return t.answer.undoLate;
  if (error.code === "session_ended" || error.code === "unauthenticated") return t.answer.noSession;
  return error.message || t.answer.failed;
}
