import { useEffect, useState } from "react";
import { type Counter, NoAnswer, Refusal } from "../contracts";
import { newId } from "../parts/ids";
import { textsOf } from "../parts/language";
import { useSeconds } from "../parts/seconds";
import { sound } from "../parts/tones";
import { handOver, type Held, hold, letGo, type Ready, readyRewards, takeBack, type Token } from "./cards";
import { Choosing, Given, HeldReward, Looking, Over, secondsHeld, Undone } from "./gift-steps";
import { RefusedScreen, type Trouble } from "./refused-screen";
import { texts } from "./texts";

const t = textsOf(texts);

type GiftProps = {
  counter: Counter;
  token: Token;
  cardId: string;
  name: string;
  /** The one to hand over, when that is known already. */
  reward: Ready | null;
  onLook: (look: string) => void;
  onNext: () => void;
  onFind: () => void;
};

type Step =
  | { is: "looking" }
  | { is: "choosing"; rewards: readonly Ready[] }
  | { is: "held"; held: Held; busy: boolean; note: string | null }
  | { is: "given"; held: Held; at: Date; busy: boolean; note: string | null }
  | { is: "over"; rewardId: string }
  | { is: "undone"; held: Held }
  | { is: "refused"; trouble: Trouble };

/** Hand a reward over: held for 90 seconds, given once, with a signal. */
export function GiftScreen(props: GiftProps) {
  const { counter, token, cardId, reward, onLook, onNext, onFind } = props;
  const [step, setStep] = useState<Step>({ is: "looking" });
  const now = useSeconds(counter.signal.now, step.is === "held" || step.is === "given");
  const fail = (error: unknown) => setStep({ is: "refused", trouble: troubleOf(error) });
  const begin = async (rewardId: string) => {
    setStep({ is: "looking" });
    try {
      const held = await hold(token, rewardId, newId(counter.signal.now()));
      setStep({ is: "held", held, busy: false, note: null });
      sound("gift");
    } catch (error) {
      fail(error);
    }
  };
  useEffect(() => {
    let gone = false;
    const isGone = () => gone;
    const look = async () => {
      const rewards = reward ? [reward] : await readyRewards(token, cardId);
      const only = rewards.length === 1 ? rewards[0] : undefined;
      if (isGone()) return;
      if (rewards.length === 0) setStep({ is: "refused", trouble: { code: "no_rewards", message: "" } });
      else if (!only) setStep({ is: "choosing", rewards });
      else {
        const held = await hold(token, only.id, newId(counter.signal.now()));
        if (!isGone()) setStep({ is: "held", held, busy: false, note: null });
        else await letGo(token, held.id);
      }
    };
    look().catch((error: unknown) => !gone && setStep({ is: "refused", trouble: troubleOf(error) }));
    return () => {
      gone = true;
    };
  }, [counter, token, cardId, reward]);
  const shown =
    step.is === "held" && secondsHeld(step.held, now) <= 0
      ? { is: "over" as const, rewardId: step.held.reward_id }
      : step;
  useEffect(() => onLook(lookOf(shown.is)), [onLook, shown.is]);

  const give = async (held: Held) => {
    setStep({ is: "held", held, busy: true, note: null });
    try {
      await handOver(token, held.id);
      setStep({ is: "given", held, at: counter.signal.now(), busy: false, note: null });
      sound("ok");
    } catch (error) {
      if (error instanceof NoAnswer)
        setStep({ is: "held", held, busy: false, note: t.refusals.reward_signal?.how ?? "" });
      else fail(error);
    }
  };
  const notNow = (held: Held) => {
    letGo(token, held.id).catch(() => undefined); // it is let go by itself after its 90 seconds
    onNext();
  };
  const back = async (held: Held, at: Date) => {
    setStep({ is: "given", held, at, busy: true, note: null });
    try {
      await takeBack(token, held.id, counter.signal.now());
      setStep({ is: "undone", held });
    } catch (error) {
      const note = error instanceof Refusal ? error.message : t.answer.failed;
      setStep({ is: "given", held, at, busy: false, note });
    }
  };
  switch (shown.is) {
    case "looking":
      return <Looking />;
    case "choosing":
      return <Choosing {...props} rewards={shown.rewards} onChoose={(id) => void begin(id)} />;
    case "held":
      return <HeldReward {...shown} now={now} onGive={(held) => void give(held)} onNotNow={notNow} />;
    case "given":
      return <Given {...shown} now={now} onBack={(held, at) => void back(held, at)} onNext={onNext} />;
    case "over":
      return <Over onAgain={() => void begin(shown.rewardId)} onNext={onNext} />;
    case "undone":
      return <Undone held={shown.held} onNext={onNext} />;
    case "refused":
      return <RefusedScreen trouble={shown.trouble} now={counter.signal.now} onNext={onNext} onFind={onFind} />;
  }
}

function lookOf(step: Step["is"]): string {
  if (step === "held") return "gives";
  if (step === "given") return "ok";
  return step === "refused" ? "no" : step === "over" ? "wait" : "plain";
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof NoAnswer) return { code: "reward_signal", message: "" };
  if (error instanceof Refusal) return { code: error.code, message: error.message, details: error.details };
  return { code: "other", message: "" };
}
