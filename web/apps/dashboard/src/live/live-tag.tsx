import { Tag } from "@sello/ui/tag";

import { useTexts } from "../texts";
import { texts } from "./texts";
import { useLiveState } from "./use-live";

const STATES = { connecting: "off", open: "ok", lost: "wait" } as const;

/** Whether what is shown follows by itself, in a shape and a word. */
export function LiveTag() {
  const t = useTexts(texts);
  const state = useLiveState();
  return (
    <span role="status" className="text-12">
      <Tag state={STATES[state]}>{t[state]}</Tag>
    </span>
  );
}
