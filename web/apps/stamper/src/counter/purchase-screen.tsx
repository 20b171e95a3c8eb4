import { useState } from "react";
import { Keypad } from "../parts/keypad";
import { soles, textsOf } from "../parts/language";
import { texts } from "./texts";

const t = textsOf(texts).purchase;
const ONE_TAP = 9; // up to so many stamps each have their key
const MOST = 100_000_000;

type PurchaseProps = {
  label: string;
  most: number;
  minimum: number | null;
  onGive: (stamps: number, amountCentimos: number | undefined) => void;
};

/** What the shop's rules ask for before a stamp: how many, the amount, or both. */
export function PurchaseScreen(props: PurchaseProps) {
  if (props.minimum === null && props.most <= ONE_TAP) return <Numbers {...props} />;
  return <Amount {...props} />;
}

function Numbers({ label, most, onGive }: PurchaseProps) {
  return (
    <>
      <div className="words">
        <h1>{t.stamps}</h1>
        <p className="clip">{t.for(label)}</p>
      </div>
      <footer className="dock">
        <div className="keys num">
          {Array.from({ length: most }, (_, index) => (
            <button
              type="button"
              key={index}
              aria-label={t.give(index + 1)}
              onClick={() => onGive(index + 1, undefined)}
              autoFocus={index === 0}
            >
              {index + 1}
            </button>
          ))}
        </div>
      </footer>
    </>
  );
}

function Amount({ label, most, minimum, onGive }: PurchaseProps) {
  const [centimos, setCentimos] = useState(0);
  const [stamps, setStamps] = useState(1);
  const [tried, setTried] = useState(false);
  const enough = minimum === null || centimos >= minimum;
  const give = () => (enough ? onGive(stamps, minimum === null ? undefined : centimos) : setTried(true));
  return (
    <>
      <div className="words">
        <h1>{minimum === null ? t.stamps : t.amount}</h1>
        <p className="clip">{t.for(label)}</p>
        {minimum !== null && (
          <>
            <output className="typed num">{soles(centimos)}</output>
            <p className={tried && !enough ? "help bad" : "help"} role={tried && !enough ? "alert" : undefined}>
              {tried && !enough ? t.below(soles(minimum)) : t.minimum(soles(minimum))}
            </p>
          </>
        )}
        {most > 1 && (
          <div className="stepper">
            <button type="button" aria-label={t.less} disabled={stamps <= 1} onClick={() => setStamps(stamps - 1)}>
              −
            </button>
            <output className="num">{t.give(stamps)}</output>
            <button type="button" aria-label={t.more} disabled={stamps >= most} onClick={() => setStamps(stamps + 1)}>
              +
            </button>
          </div>
        )}
      </div>
      <footer className="dock">
        {minimum !== null && (
          <Keypad
            onDigit={(digit) => setCentimos((typed) => Math.min(typed * 10 + Number(digit), MOST))}
            onErase={() => setCentimos((typed) => Math.floor(typed / 10))}
            onEnter={give}
            corner={<span />}
          />
        )}
        <button type="button" className="btn ink" onClick={give}>
          {t.go(stamps)}
        </button>
      </footer>
    </>
  );
}
