import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { PasswordField } from "@sello/ui/password";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";

import { $api } from "../api";
import { FormProblem } from "../session/form-problem";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { texts } from "./texts";

const EMPTY = { current_password: "", password: "" };

/** The password: behind a button, for it is changed once a year. */
export function PasswordSection() {
  const t = useTexts(texts).password;
  const [open, setOpen] = useState(false);
  return (
    <Section title={t.title} actions={open ? undefined : <Button onClick={() => setOpen(true)}>{t.open}</Button>}>
      {open ? <PasswordForm onDone={() => setOpen(false)} /> : <p className="text-muted">{t.text}</p>}
    </Section>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts).password;
  const { account } = useSession();
  const [body, setBody] = useState(EMPTY);
  const [missing, setMissing] = useState<Partial<typeof EMPTY>>({});
  const change = $api.useMutation("post", "/api/v1/auth/password", {
    onSuccess: () => {
      toast({ text: t.done });
      onDone();
    },
  });
  const field = (name: keyof typeof EMPTY) => ({
    value: body[name],
    onChange: (event: { target: { value: string } }) => setBody({ ...body, [name]: event.target.value }),
    error: missing[name],
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const lacks: Partial<typeof EMPTY> = {};
    if (!body.current_password) lacks.current_password = t.empty;
    if (!body.password) lacks.password = t.empty;
    setMissing(lacks);
    if (Object.keys(lacks).length === 0) change.mutate({ body });
  };
  return (
    <form noValidate onSubmit={submit} className="grid max-w-90 gap-4">
      <FormProblem error={change.error} />
      <input type="hidden" autoComplete="username" value={account.email} readOnly />
      <PasswordField label={t.current} autoComplete="current-password" autoFocus {...field("current_password")} />
      <PasswordField label={t.next} hint={t.hint} autoComplete="new-password" {...field("password")} />
      <Button type="submit" variant="main" className="justify-self-start" busy={change.isPending}>
        {t.submit}
      </Button>
    </form>
  );
}
