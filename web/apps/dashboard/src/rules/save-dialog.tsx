import { ConfirmDialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";

import type { Refusal } from "../api";
import { useTexts } from "../texts";
import { Sentences } from "./preview";
import { texts } from "./texts";

type SaveDialogProps = {
  open: boolean;
  version: number;
  lines: readonly string[];
  busy: boolean;
  error: Refusal | null;
  onOpenChange: (open: boolean) => void;
  onSave: () => void;
};

/** A rule that begins to count cannot be taken back, only followed by another: so it is asked once more. */
export function SaveDialog({ open, version, lines, busy, error, onOpenChange, onSave }: SaveDialogProps) {
  const t = useTexts(texts);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t.confirm.title(version)}
      text={
        <>
          <p>{t.confirm.text}</p>
          <Sentences lines={lines} />
        </>
      }
      confirm={t.save(version)}
      cancel={t.confirm.cancel}
      busy={busy}
      onConfirm={onSave}
    >
      {error ? <Note tone="bad">{error.message}</Note> : null}
    </ConfirmDialog>
  );
}
