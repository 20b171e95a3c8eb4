import { useEffect, useState } from "react";
import { type Counter, NoAnswer, Refusal } from "../contracts";
import { newId } from "../parts/ids";
import { Icon } from "../parts/icons";
import { dayOf, textsOf } from "../parts/language";
import { useSeconds } from "../parts/seconds";
import { sound } from "../parts/tones";
import { Answer } from "./answer";
import type { Token } from "./cards";
import { type Discount, discountOf, redeemDiscount, returnDiscount } from "./discounts";
import { Looking } from "./gift-steps";
import { RefusedScreen, type Trouble } from "./refused-screen";
import { texts } from "./texts";
import type { View } from "./view";

const t = textsOf(texts);
const FREE = 60; // s in which whoever used it may take it back

type DiscountProps = {
  counter: Counter;
  token: Token;
  /** As typed, or as the customer's list has it. */
  code: string;
  onLook: (look: string) => void;
  onNext: () => void;
  onFind: () => void;
};

type Step =
  | { is: "looking" }
  | { is: "offered"; discount: Discount; busy: boolean; note: string | null }
  | { is: "used"; discount: Discount; at: Date; busy: boolean; note: string | null }
  | { is: "undone"; discount: Discount }
  | { is: "refused"; trouble: Trouble };

const LOOKS = { looking: "plain", offered: "gives", used: "ok", undone: "plain", refused: "no" } as const;

/** A code of a campaign: what it is worth, whose it is; used once, with a signal, and taken back within a minute. */
export function DiscountScreen({ counter, token, code, onLook, onNext, onFind }: DiscountProps) {
  const [step, setStep] = useState<Step>({ is: "looking" });
  const [id] = useState(() => newId(counter.signal.now()));
  const now = useSeconds(counter.signal.now, step.is === "used");
  useEffect(() => onLook(LOOKS[step.is]), [onLook, step.is]);
  useEffect(() => {
    let gone = false;
    discountOf(token, code).then(
      (discount) => {
        if (gone) return;
        if (discount.state === "usable") setStep({ is: "offered", discount, busy: false, note: null });
        else setStep({ is: "refused", trouble: { code: `code_${discount.state}_here`, message: "" } });
      },
      (error: unknown) => !gone && setStep({ is: "refused", trouble: troubleOf(error) }),
    );
    return () => {
      gone = true;
    };
  }, [token, code]);

  const redeem = async (discount: Discount) => {
    setStep({ is: "offered", discount, busy: true, note: null });
    try {
      const used = await redeemDiscount(token, discount.code, id);
      setStep({ is: "used", discount: used, at: counter.signal.now(), busy: false, note: null });
      sound("ok");
    } catch (error) {
      // Without an answer nobody knows: the same id again uses it once.
      if (error instanceof NoAnswer) setStep({ is: "offered", discount, busy: false, note: t.discount.again });
      else setStep({ is: "refused", trouble: troubleOf(error) });
    }
  };
  const back = async (discount: Discount, at: Date) => {
    setStep({ is: "used", discount, at, busy: true, note: null });
    try {
      setStep({ is: "undone", discount: await returnDiscount(token, discount.code) });
    } catch (error) {
      const note = error instanceof Refusal ? error.message : t.answer.failed;
      setStep({ is: "used", discount, at, busy: false, note });
    }
  };

  if (step.is === "looking") return <Looking />;
  if (step.is === "refused")
    return <RefusedScreen trouble={step.trouble} now={counter.signal.now} onNext={onNext} onFind={onFind} />;
  const { discount } = step;
  const next = (
    <button key="next" type="button" className="btn ink" onClick={onNext} autoFocus>
      {t.next}
    </button>
  );
  if (step.is === "offered")
    return (
      <Answer view={viewOf(discount, "offered")} note={step.note}>
        <button
          type="button"
          className="btn ink tall"
          disabled={step.busy}
          onClick={() => void redeem(discount)}
          autoFocus
        >
          {t.discount.use}
        </button>
        <button type="button" className="btn soft" disabled={step.busy} onClick={onNext}>
          {t.gift.notNow}
        </button>
      </Answer>
    );
  if (step.is === "undone") return <Answer view={viewOf(discount, "undone")}>{next}</Answer>;
  const free = Math.min(FREE, FREE - Math.floor((now.getTime() - step.at.getTime()) / 1000));
  return (
    <Answer view={viewOf(discount, "used")} note={step.note}>
      {next}
      {free > 0 && (
        <button type="button" className="btn soft" disabled={step.busy} onClick={() => void back(discount, step.at)}>
          <Icon name="undo" />
          <span>
            {t.undo} <span className="num">{free} s</span>
          </span>
        </button>
      )}
    </Answer>
  );
}

/** What a code gives, in a few words: `15 %` or the gift. */
export function worthOf({ percent, gift }: Discount): string {
  return percent === null ? (gift ?? "") : t.discount.percent(percent);
}

function viewOf(discount: Discount, step: "offered" | "used" | "undone"): View {
  const { percent, customer_name: name } = discount;
  const words = {
    offered: t.discount.until(discount.campaign_name, dayOf(discount.expires_at)),
    used: t.discount.usedHow(worthOf(discount)),
    undone: t.discount.undoneHow,
  };
  return {
    look: "plain",
    tone: null,
    icon: step === "offered" ? "gift" : step === "used" ? "check" : "undo",
    what: step === "offered" ? t.discount.what : step === "used" ? t.discount.used : t.discount.undone,
    figure: percent === null ? "gift" : { big: `${percent} %`, of: t.discount.off },
    share: step === "undone" ? 0 : 100,
    title: percent === null && step === "offered" ? `${name}: ${discount.gift ?? ""}` : name,
    text: words[step],
  };
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof NoAnswer) return { code: "code_signal", message: "" };
  if (!(error instanceof Refusal)) return { code: "other", message: "" };
  const { code, message, details } = error;
  // A card's code that changes is refused with the same words of the API, and means something else.
  return { code: code === "code_used" || code === "code_expired" ? `${code}_here` : code, message, details };
}
