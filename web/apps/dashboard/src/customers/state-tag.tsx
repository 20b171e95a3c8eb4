import { Tag } from "@sello/ui/tag";

import { useTexts } from "../texts";
import type { Entry } from "./use-directory";
import { texts } from "./words/list";

const SHAPES = { pending: "wait", lost: "off", at_risk: "wait", new: "ok", active: "ok", unseen: "off" } as const;

/** How a customer is, in a shape and a word; a reward that waits comes first. */
export function StateTag({ state, ready = 0 }: { state: Entry["state"]; ready?: number }) {
  const t = useTexts(texts);
  if (ready > 0) return <Tag state="gift">{t.ready(ready)}</Tag>;
  return <Tag state={SHAPES[state]}>{t.state[state]}</Tag>;
}
