import { Chat } from "../messages/chat";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import type { Template } from "./types";
import { texts } from "./words/editor";

/** The message of a template as somebody reads it. */
export function MessagePreview({ template }: { template: Template }) {
  const t = useTexts(texts);
  const { name } = useBusiness();
  return (
    <div>
      <Chat shop={name} text={template.preview.text} buttons={template.preview.buttons} />
      <p className="mt-2 text-12 text-muted">{t.preview}</p>
    </div>
  );
}
