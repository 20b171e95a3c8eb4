import { RING } from "@sello/card";
import { type SyntheticEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import { type Counter, NoAnswer, Refusal } from "../contracts";
import { textsOf } from "../parts/language";
import { codeInAddress, enrol, tidyCode } from "./enrolment";
import { texts } from "./texts";

const t = textsOf(texts).enrol;
const LENGTH = 10;

/** Make this machine a till: by the code in the address, or typed. */
export function EnrolScreen({ counter }: { counter: Counter }) {
  const [code, setCode] = useState(() => tidyCode(codeInAddress() ?? ""));
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begun = useRef(false);

  const send = async (wanted: string) => {
    if (wanted.length < LENGTH) return setTrouble(t.short(LENGTH - wanted.length));
    setBusy(true);
    setTrouble(null);
    try {
      await enrol(counter.till, wanted, counter.signal.now());
    } catch (error) {
      setTrouble(error instanceof Refusal ? error.message : error instanceof NoAnswer ? t.noSignal : t.failed);
      setBusy(false);
    }
  };
  const begin = useEffectEvent(() => {
    if (begun.current || code.length !== LENGTH) return;
    begun.current = true;
    void send(code);
  });
  useEffect(() => begin(), []);
  const changed = useEffectEvent(() => {
    const next = codeInAddress();
    if (next === null || busy) return;
    setCode(tidyCode(next));
    void send(tidyCode(next));
  });
  useEffect(() => {
    const hear = () => changed(); // the owner's QR was opened in this very window
    addEventListener("hashchange", hear);
    return () => removeEventListener("hashchange", hear);
  }, []);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void send(code);
  };
  return (
    <main className="screen plain">
      <form className="enrol-till" onSubmit={submit}>
        <svg className="mark" viewBox="0 0 100 100" aria-hidden="true">
          <path fillRule="evenodd" d={RING} />
        </svg>
        <h1>{t.title}</h1>
        <p id="code-how">{t.how}</p>
        <label htmlFor="till-code">{t.label}</label>
        <input
          id="till-code"
          className="code-field num"
          value={`${code.slice(0, 5)} ${code.slice(5)}`.trim()}
          onChange={(event) => setCode(tidyCode(event.target.value))}
          autoCapitalize="characters"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={trouble !== null}
          aria-describedby="code-help"
          disabled={busy}
        />
        <p id="code-help" className={trouble ? "help bad" : "help"} role={trouble ? "alert" : undefined}>
          {trouble ?? t.hint}
        </p>
        <button type="submit" className="btn ink" disabled={busy}>
          {busy ? t.working : t.go}
        </button>
      </form>
    </main>
  );
}
