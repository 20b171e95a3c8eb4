import { Tag } from "@sello/ui/tag";

import { useTexts } from "../texts";
import type { State } from "./use-campaigns";
import { texts } from "./words/list";

const SHAPES = { draft: "off", active: "ok", paused: "wait", ended: "off" } as const;

/** Where a campaign stands, by a shape and a word. */
export function StateTag({ state }: { state: State }) {
  const t = useTexts(texts);
  return <Tag state={SHAPES[state]}>{t.states[state]}</Tag>;
}
