import { useState } from "react";
import { NoAnswer, Refusal } from "../contracts";
import { Icon } from "../parts/icons";
import { Keypad } from "../parts/keypad";
import { textsOf } from "../parts/language";
import { sound } from "../parts/tones";
import { confirmCard, type Token } from "./cards";
import { texts } from "./texts";

const t = textsOf(texts);

/** `entryId`: the stamp that waits for it already. */
export type PendingCard = { cardId: string; name: string; entryId?: string };

type PendingProps = { card: PendingCard; token: Token; onConfirmed: (cardId: string) => void; onLater: () => void };

/** The first scan of a new card: its holder says their name and last three digits. */
export function PendingScreen({ card, token, onConfirmed, onLater }: PendingProps) {
  const [digits, setDigits] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const confirm = async (said: string) => {
    setBusy(true);
    try {
      onConfirmed((await confirmCard(token, card.cardId, said)).card_id);
      return;
    } catch (error) {
      sound("no");
      setTrouble(
        error instanceof Refusal ? error.message : error instanceof NoAnswer ? t.pending.noSignal : t.answer.failed,
      );
    }
    setDigits("");
    setBusy(false);
  };
  const type = (digit: string) => {
    if (digits.length === 3) return;
    setTrouble(null);
    setDigits(digits + digit);
    if (digits.length === 2) void confirm(digits + digit);
  };
  return (
    <>
      <div className="words">
        <p className="what">
          <Icon name="card" />
          {t.pending.what}
        </p>
        <h1 className="clip">{t.pending.title(card.name)}</h1>
        <p>{t.pending.how}</p>
        <div className="three num" role="status" aria-label={t.pending.typed(digits.length)}>
          {[0, 1, 2].map((place) => (
            <span key={place}>{digits[place] ?? ""}</span>
          ))}
        </div>
        <p className="trouble" role="alert">
          {busy ? t.pending.checking : trouble}
        </p>
      </div>
      <footer className="dock">
        <Keypad
          onDigit={type}
          onErase={() => setDigits(digits.slice(0, -1))}
          disabled={busy}
          corner={
            <button type="button" className="word-key" onClick={onLater}>
              {t.pending.later}
            </button>
          }
        />
      </footer>
    </>
  );
}
