import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { ConfirmDialog, Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { BranchChoice } from "./branch-choice";
import { texts } from "./texts";

type Props = { till: Body<"TillAnswer">; onClose: () => void };
const CHANGED = ["/api/v1/devices", "/api/v1/branches"];

/** What a till is called and where it stands. */
export function EditTill({ till, onClose }: Props) {
  const t = useTexts(texts);
  const form = useId();
  const [name, setName] = useState(till.name);
  const [branch, setBranch] = useState(till.branch_closed ? "" : (till.branch_id ?? ""));
  const [missing, setMissing] = useState(false);
  const change = useAct(
    () =>
      api.PATCH("/api/v1/devices/{device_id}", {
        params: { path: { device_id: till.id } },
        body: { name: name.trim(), branch_id: branch || null },
      }),
    CHANGED,
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() === "") return;
    change.mutate(undefined, {
      onSuccess: () => {
        toast({ text: t.editing.saved });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.editingTill.title(till.name)}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={change.isPending}>
            {t.save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          label={t.name}
          error={missing ? t.enrol.nameMissing : undefined}
          value={name}
          maxLength={255}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <BranchChoice value={branch} onChange={setBranch} hint={t.editingTill.hint} />
        <Refused error={change.error} />
      </form>
    </Dialog>
  );
}

/** Closing a till, with what follows from it. */
export function EndTill({ till, onClose }: Props) {
  const t = useTexts(texts);
  const params = { path: { device_id: till.id } };
  const end = useAct(() => api.DELETE("/api/v1/devices/{device_id}", { params }), CHANGED);
  return (
    <ConfirmDialog
      open
      bad
      onOpenChange={onClose}
      title={t.ending.title(till.name)}
      text={t.ending.text.map((line) => (
        <p key={line}>{line}</p>
      ))}
      confirm={t.ending.confirm(till.name)}
      busy={end.isPending}
      onConfirm={() =>
        end.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t.ending.done(till.name) });
            onClose();
          },
        })
      }
    >
      <Refused error={end.error} />
    </ConfirmDialog>
  );
}
