import { Note } from "@sello/ui/note";
import { CopyField } from "@sello/ui/copy";
import { TextField } from "@sello/ui/field";

import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { Part } from "./part";
import { SaveRow } from "./save-row";
import { texts } from "./texts";
import { useChange } from "./use-change";
import { submitting, useDraft } from "./use-draft";
import { wrongOf } from "./wrong";

/** Where customers find the shop's page; printed posters go on leading there, whatever changes. */
export function AddressSection() {
  const all = useTexts(texts);
  const t = all.address;
  const business = useBusiness();
  const { change, error, busy, reset } = useChange();
  const { draft, changes, changed, set, discard } = useDraft({ slug: business.slug });
  const wrong = wrongOf(error, all.wrong);
  const drop = () => {
    discard();
    reset();
  };
  return (
    <Part id="direccion" title={t.title}>
      <form
        className="grid max-w-md grid-cols-[minmax(0,1fr)] gap-4"
        noValidate
        onSubmit={submitting(() => change(changes))}
      >
        <CopyField label={t.copy} value={`${location.origin}/e/${business.slug}`} />
        <TextField
          label={t.label}
          wrap="grid-cols-[minmax(0,1fr)]"
          hint={t.hint}
          error={wrong.slug}
          before={`${location.host}/e/`}
          value={draft.slug}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => set({ slug: event.target.value.trim() })}
        />
        {changed ? <Note>{t.changed}</Note> : null}
        <SaveRow changed={changed} busy={busy} wrong={wrong[""]} onDiscard={drop} />
      </form>
    </Part>
  );
}
