import { useEffect, useState } from "react";
import { type Counter, type Known, Refusal } from "../contracts";
import { Keypad } from "../parts/keypad";
import { textsOf } from "../parts/language";
import { type Token, findCustomers } from "./cards";
import { texts } from "./texts";

const t = textsOf(texts).look;
const SOON = 120; // ms after the last key until we ask
const LEAST = 2;

type FindProps = {
  counter: Counter;
  token: Token;
  gift: boolean;
  onPick: (customer: Known) => void;
  onType: () => void;
};

/** Look somebody up by the last digits of their phone, or by name. */
export function FindScreen({ counter, token, gift, onPick, onType }: FindProps) {
  const [by, setBy] = useState<"digits" | "name">("digits");
  const [text, setText] = useState("");
  const { found, here, trouble } = useFound(counter, token, text.trim());
  const switchTo = (next: "digits" | "name") => {
    setBy(next);
    setText("");
  };
  const few = text.trim().length < LEAST;
  return (
    <>
      <div className="find-in">
        <h1 className="small-head">{gift ? t.titleGift : t.title}</h1>
        {by === "digits" ? (
          <>
            <span id="last-label" className="label">
              {t.digits}
            </span>
            <output className="typed num" aria-labelledby="last-label">
              <span aria-hidden="true">{text.length < 3 ? "··· ··· " : "··· "}</span>
              {text}
              <i aria-hidden="true" />
            </output>
          </>
        ) : (
          <>
            <label htmlFor="by-name" className="label">
              {t.name}
            </label>
            <input
              id="by-name"
              className="typed-name"
              value={text}
              onChange={(event) => setText(event.target.value)}
              maxLength={60}
              autoComplete="off"
              autoFocus
            />
          </>
        )}
        <p className="help" role="status">
          {trouble ?? hint(few, by, found, here)}
        </p>
        <ul className="people-found" aria-label={t.results}>
          {!few && found?.map((one) => <Row key={one.cardId} one={one} onPick={onPick} />)}
        </ul>
      </div>
      <footer className="dock">
        {by === "digits" && (
          <Keypad
            onDigit={(digit) => setText((typed) => (typed.length < 9 ? typed + digit : typed))}
            onErase={() => setText((typed) => typed.slice(0, -1))}
            corner={
              <button type="button" className="word-key" onClick={() => switchTo("name")}>
                {t.byName}
              </button>
            }
          />
        )}
        <div className="small-links">
          {by === "name" && (
            <button type="button" className="link" onClick={() => switchTo("digits")}>
              {t.byDigits}
            </button>
          )}
          <button type="button" className="link" onClick={onType}>
            {t.typeCode}
          </button>
        </div>
      </footer>
    </>
  );
}

function Row({ one, onPick }: { one: Known; onPick: (customer: Known) => void }) {
  return (
    <li>
      <button type="button" onClick={() => onPick(one)}>
        <span>
          <span className="clip">{one.firstName}</span>
          <small className="num">
            <span aria-hidden="true">··· ··· </span>
            <span className="sr">{t.ends(one.lastThree)}</span>
            <b aria-hidden="true">{one.lastThree}</b>
          </small>
        </span>
        {one.of !== null && <span className="num progress">{t.progress(one.balance, one.of)}</span>}
      </button>
    </li>
  );
}

function hint(few: boolean, by: "digits" | "name", found: Known[] | null, here: boolean): string {
  if (few) return by === "digits" ? t.few : t.fewLetters;
  if (found?.length === 0) return by === "digits" ? t.none : t.noneNamed;
  return here ? t.known : "";
}

type Found = { text: string; found: Known[] | null; here: boolean; trouble: string | null };

function useFound(counter: Counter, token: Token, text: string): Found {
  const [state, setState] = useState<Found>({ text: "", found: null, here: false, trouble: null });
  useEffect(() => {
    if (text.length < LEAST) return;
    let gone = false;
    const timer = setTimeout(() => {
      findCustomers(counter, token, text).then(
        ({ found, here }) => !gone && setState({ text, found, here, trouble: null }),
        (error: unknown) => {
          const trouble = error instanceof Refusal ? error.message : null;
          if (!gone) setState({ text, found: [], here: false, trouble });
        },
      );
    }, SOON);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [counter, token, text]);
  return state;
}
