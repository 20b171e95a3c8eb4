import { type SyntheticEvent, useState } from "react";
import { textsOf } from "../parts/language";
import { texts } from "./texts";

const t = textsOf(texts).look;

/** Type a card's code: for a cracked screen, or a camera that sees nothing. */
export function TypeScreen({ gift, onCode }: { gift: boolean; onCode: (typed: string) => boolean }) {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setWrong(!onCode(typed));
  };
  return (
    <form className="type-in" onSubmit={submit}>
      <div className="find-in">
        <h1>{t.codeTitle}</h1>
        <label htmlFor="code" className="label">
          {t.codeLabel}
        </label>
        <input
          id="code"
          className="code-field num"
          value={typed}
          onChange={(event) => setTyped(event.target.value.toUpperCase())}
          maxLength={30}
          autoCapitalize="characters"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
          aria-invalid={wrong}
          aria-describedby="code-help"
        />
        <p id="code-help" className={wrong ? "help bad" : "help"} role={wrong ? "alert" : undefined}>
          {wrong ? textsOf(texts).refusals.typed?.how : t.codeHint}
        </p>
      </div>
      <footer className="dock">
        <button type="submit" className="btn ink">
          {gift ? t.codeGoGift : t.codeGo}
        </button>
      </footer>
    </form>
  );
}
