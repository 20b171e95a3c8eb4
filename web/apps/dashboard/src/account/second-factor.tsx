import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { CopyField } from "@sello/ui/copy";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { Section } from "@sello/ui/page";
import { PasswordField } from "@sello/ui/password";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";

import { $api } from "../api";
import { FormProblem } from "../session/form-problem";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { Qr } from "./qr";
import { texts } from "./texts";

type Secret = Body<"SecretAnswer">;

/** A code besides the password, on or off. */
export function SecondFactorSection() {
  const t = useTexts(texts).second;
  const { account, role } = useSession();
  const [open, setOpen] = useState(false);
  const on = account.secondFactor;
  const fixed = on && role === "admin"; // whoever runs the platform keeps theirs
  return (
    <Section
      title={t.title}
      lead={<Tag state={on ? "ok" : "off"}>{on ? t.on : t.off}</Tag>}
      actions={fixed ? undefined : <Button onClick={() => setOpen(true)}>{on ? t.stop : t.start}</Button>}
    >
      <p className="text-muted">{on ? t.onText : t.offText}</p>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={on ? t.stopTitle : t.title}
        description={on ? t.stopText : undefined}
      >
        {on ? <TurnOff onDone={() => setOpen(false)} /> : <TurnOn onDone={() => setOpen(false)} />}
      </Dialog>
    </Section>
  );
}

function useDone(said: string, onDone: () => void): () => void {
  const queries = useQueryClient();
  return () => {
    toast({ text: said });
    onDone();
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/me"] });
  };
}

function TurnOn({ onDone }: { onDone: () => void }) {
  const [secret, setSecret] = useState<Secret | null>(null);
  const proposal = $api.useMutation("post", "/api/v1/auth/totp", { onSuccess: setSecret });
  if (secret) return <Confirm secret={secret} onDone={onDone} />;
  return (
    <Prove
      busy={proposal.isPending}
      error={proposal.error}
      onProve={(password) => proposal.mutate({ body: { password } })}
    />
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts).second;
  const end = $api.useMutation("delete", "/api/v1/auth/totp", { onSuccess: useDone(t.stopped, onDone) });
  return (
    <Prove
      submit={t.stop}
      busy={end.isPending}
      error={end.error}
      onProve={(password) => end.mutate({ body: { password } })}
    />
  );
}

type ProveProps = { submit?: string; busy: boolean; error: unknown; onProve: (password: string) => void };

function Prove({ submit, busy, error, onProve }: ProveProps) {
  const { second: t, password: words } = useTexts(texts);
  const [password, setPassword] = useState("");
  const [empty, setEmpty] = useState(false);
  const prove = (event: SubmitEvent) => {
    event.preventDefault();
    setEmpty(!password);
    if (password) onProve(password);
  };
  return (
    <form noValidate onSubmit={prove} className="grid gap-4">
      <p className="text-muted">{t.proveText}</p>
      <FormProblem error={error} />
      <PasswordField
        label={t.prove}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={empty ? words.empty : undefined}
      />
      <Button type="submit" variant="main" className="justify-self-end max-sm:justify-self-stretch" busy={busy}>
        {submit ?? t.go}
      </Button>
    </form>
  );
}

function Confirm({ secret, onDone }: { secret: Secret; onDone: () => void }) {
  const t = useTexts(texts).second;
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState(false);
  const confirmation = $api.useMutation("put", "/api/v1/auth/totp", { onSuccess: useDone(t.done, onDone) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const digits = code.replaceAll(" ", "");
    const fits = /^\d{6}$/.test(digits);
    setWrong(!fits);
    if (fits) confirmation.mutate({ body: { code: digits } });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      <div>
        <h3>{t.scan}</h3>
        <p className="text-muted">{t.scanText}</p>
      </div>
      <Qr text={secret.otpauth_uri} label={t.qr} />
      <CopyField label={t.key} hint={t.keep} value={secret.secret} mono />
      <FormProblem error={confirmation.error} />
      <TextField
        label={t.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        error={wrong ? t.sixDigits : undefined}
      />
      <Button
        type="submit"
        variant="main"
        className="justify-self-end max-sm:justify-self-stretch"
        busy={confirmation.isPending}
      >
        {t.confirm}
      </Button>
    </form>
  );
}
