import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";
import { PasswordField } from "@sello/ui/password";
import { useWords } from "@sello/ui/words";
import { type ReactNode, useId, useState } from "react";

import { useTexts } from "../texts";
import { texts } from "./texts";
import { submitting } from "./use-draft";

type PasswordDialogProps = {
  title: string;
  text: ReactNode;
  confirm: string;
  cancel?: string;
  bad?: boolean;
  busy: boolean;
  wrong: Record<string, string>;
  onClose: () => void;
  onSubmit: (password: string) => void;
};

/** Asks for the password once more, for what only the owner may do. */
export function PasswordDialog(props: PasswordDialogProps) {
  const { title, text, confirm, cancel, bad = false, busy, wrong, onClose, onSubmit } = props;
  const t = useTexts(texts);
  const words = useWords();
  const [password, setPassword] = useState("");
  const [empty, setEmpty] = useState(false);
  const id = useId();
  const send = () => {
    setEmpty(password === "");
    if (password !== "") onSubmit(password);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={text}
      actions={
        <>
          <Button onClick={onClose}>{cancel ?? words.cancel}</Button>
          <Button type="submit" form={id} variant={bad ? "bad" : "main"} busy={busy}>
            {confirm}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submitting(send)} className="grid gap-3">
        <PasswordField
          label={t.archive.password}
          autoComplete="current-password"
          error={empty && password === "" ? t.wrong.password : wrong.password}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {wrong[""] ? <Note tone="bad">{wrong[""]}</Note> : null}
      </form>
    </Dialog>
  );
}
