import { Note } from "@sello/ui/note";

import { refusalOf } from "../api";
import { useTexts } from "../texts";
import { texts } from "./texts";

/** What went wrong with a whole form, in the API's sentence. */
export function FormProblem({ error }: { error: unknown }) {
  const t = useTexts(texts).problems;
  if (!error) return null;
  const refusal = refusalOf(error);
  const sentence = refusal?.code === "no_signal" ? t.noSignal : refusal?.message || t.unknown;
  return (
    <Note tone="bad">
      <p>{sentence}</p>
      {refusal && refusal.status >= 500 && refusal.reference ? <p className="text-12">{refusal.reference}</p> : null}
    </Note>
  );
}
