import { useEffect } from "react";
import { textsOf } from "../parts/language";
import { sound } from "../parts/tones";
import { Answer } from "./answer";
import { texts } from "./texts";
import { refused } from "./view";
import { WaysOn } from "./ways-on";

const t = textsOf(texts);

export type Trouble = { code: string; message: string; details?: Readonly<Record<string, unknown>> };

type RefusedProps = { trouble: Trouble; now: () => Date; onNext: () => void; onFind: () => void };

/** Why nothing was stamped, before anything was written down. */
export function RefusedScreen({ trouble, now, onNext, onFind }: RefusedProps) {
  useEffect(() => sound("no"), [trouble]);
  return (
    <Answer view={refused(trouble, now(), t)}>
      <WaysOn code={trouble.code} onNext={onNext} onFind={onFind} />
    </Answer>
  );
}
