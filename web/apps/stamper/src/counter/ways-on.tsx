import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { texts } from "./texts";

const t = textsOf(texts);

type WaysOnProps = { code: string; onNext: () => void; onFind: () => void; onConfirm?: (() => void) | undefined };

const SCANNED_AGAIN = new Set(["code_expired", "code_used", "foreign", "poster", "link", "till", "code_invalid"]);
const LOOKED_UP = new Set([...SCANNED_AGAIN, "card_not_found", "typed"]);

/** The ways on after a refusal: never a dead end. */
export function WaysOn({ code, onNext, onFind, onConfirm }: WaysOnProps) {
  const confirms = code === "card_pending" && onConfirm;
  return (
    <>
      {confirms && (
        <button type="button" className="btn ink" onClick={onConfirm} autoFocus>
          {t.queue.confirm}
        </button>
      )}
      <button type="button" className={confirms ? "btn soft" : "btn ink"} onClick={onNext} autoFocus={!confirms}>
        {SCANNED_AGAIN.has(code) ? t.scanAgain : t.next}
      </button>
      {LOOKED_UP.has(code) && (
        <button type="button" className="btn soft" onClick={onFind}>
          <Icon name="search" />
          {t.find}
        </button>
      )}
    </>
  );
}
