import { Tag } from "@sello/ui/tag";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts, type Answer, type Why } from "./words";

/** A phone that is off is nobody's fault and no reason for red. */
const PATIENT: ReadonlySet<Why> = new Set(["phone_silent", "listed_only"]);

/** The state of a card in a phone: a shape and a word. */
export function AnswerTag({ answer: { state, why } }: { answer: Answer }) {
  const t = useTexts(texts);
  const shape =
    state === "current" ? "ok" : state === "waiting" || PATIENT.has(why) ? "wait" : state === "stuck" ? "bad" : "off";
  return <Tag state={shape}>{t.states[state]}</Tag>;
}

/** Why a card shows what it shows, what to do about it, and what the other side said. */
export function AnswerSaid({ answer, kind }: { answer: Answer; kind: "apple" | "google" }) {
  const t = useTexts(texts);
  const { when } = useFormat();
  // Nobody is blamed for the seconds that a phone takes.
  const justTold = answer.state === "waiting" && PATIENT.has(answer.why);
  const { title, text, todo } = justTold ? { ...t.told, todo: undefined } : t.why[answer.why];
  const side = answer.why === "phone_complains" ? t.phone : t.sides[kind];
  return (
    <div className="wrap-anywhere">
      <p className="font-semibold">{title}</p>
      <p className="text-muted">
        {text}
        {answer.since && answer.state !== "current" ? (
          <span className="whitespace-nowrap"> ({t.since(when(answer.since))})</span>
        ) : null}
      </p>
      {answer.said ? <p className="mt-1 text-12">{t.quote(side, answer.said)}</p> : null}
      {todo ? <p className="mt-1">{todo}</p> : null}
    </div>
  );
}
