import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { CopyField } from "@sello/ui/copy";
import { Dialog } from "@sello/ui/dialog";
import { CheckField, SelectField, TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";

type Scope = Body<"NewKeyBody">["scopes"][number];
const SCOPES: readonly Scope[] = ["stamps:write", "customers:read", "enrollments:write", "redemptions:write"];
const DAYS = [30, 90, 365];
type Wrong = { name?: string | undefined; scopes?: string | undefined };

/** Makes a key, then shows it this once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts);
  const form = useId();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [days, setDays] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const make = useAct(async () => {
    const { data } = await api.POST("/api/v1/api-keys", {
      body: { name: name.trim(), scopes, expires_at: days ? inDays(Number(days)) : null },
    });
    return data?.key ?? "";
  }, ["/api/v1/api-keys"]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found: Wrong = {
      name: name.trim() ? undefined : t.creating.nameMissing,
      scopes: scopes.length > 0 ? undefined : t.creating.canMissing,
    };
    setWrong(found);
    if (!found.name && !found.scopes) make.mutate();
  };

  if (make.data) return <Shown text={make.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.creating.title}
      description={t.creating.lead}
      actions={
        <>
          <Button onClick={onClose}>{t.creating.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={make.isPending}>
            {t.creating.create}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          label={t.name}
          hint={t.creating.nameHint}
          error={wrong.name}
          value={name}
          maxLength={255}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-semibold">{t.creating.can}</legend>
          {wrong.scopes ? (
            <p role="alert" className="text-12 text-refuse">
              {wrong.scopes}
            </p>
          ) : null}
          {SCOPES.map((scope) => (
            <CheckField
              key={scope}
              label={
                <>
                  <span className="block first-letter:uppercase">{t.scopes[scope]}</span>
                  <span className="block text-12 text-muted">{t.scopeHints[scope]}</span>
                </>
              }
              checked={scopes.includes(scope)}
              onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
            />
          ))}
        </fieldset>
        <SelectField
          label={t.creating.until}
          value={days}
          onChange={setDays}
          options={[
            { value: "", label: t.creating.forever },
            ...DAYS.map((count) => ({ value: count.toString(), label: t.creating.days(count) })),
          ]}
        />
        <Refused error={make.error} />
      </form>
    </Dialog>
  );
}

function Shown({ text, onClose }: { text: string; onClose: () => void }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState(false);
  return (
    <Dialog
      open
      // A tap beside it or Esc would lose the key for good: the first time it only asks.
      onOpenChange={() => (asked ? onClose() : setAsked(true))}
      title={t.shown.title}
      description={t.shown.lead}
      actions={
        <Button variant="main" onClick={onClose}>
          {t.shown.done}
        </Button>
      }
    >
      <CopyField mono label={t.shown.key} hint={t.shown.hint} value={text} />
      {asked ? (
        <Note tone="wait" role="status">
          {t.shown.sure}
        </Note>
      ) : null}
    </Dialog>
  );
}

function inDays(count: number): string {
  return new Date(Date.now() + count * 86_400_000).toISOString();
}
