import { Note } from "@sello/ui/note";
import { tell } from "@sello/ui/state";
import { useWords } from "@sello/ui/words";

/** Inside a form or a dialog: why it did not work, and a short code. Nothing where there is no error. */
export function Refused({ error }: { error: unknown }) {
  const words = useWords();
  if (!error) return null;
  const { message, code, reference } = tell(error);
  return (
    <Note tone="bad">
      <p>{message ?? (code === "no_signal" ? words.noSignalText : words.troubleText)}</p>
      {reference ? (
        <p className="text-12">
          {words.code} <b>{reference}</b>
        </p>
      ) : null}
    </Note>
  );
}
