import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { SelectField, TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";

type Member = Body<"MemberAnswer">;

/** Somebody's name at the shop, and what they may do. */
export function EditPerson({ member, onClose }: { member: Member; onClose: () => void }) {
  const t = useTexts(texts);
  const form = useId();
  const [name, setName] = useState(member.name);
  const [role, setRole] = useState(member.role);
  const [missing, setMissing] = useState(false);
  const change = useAct(
    () =>
      api.PATCH("/api/v1/staff/{account_id}", {
        params: { path: { account_id: member.account_id } },
        body: { name: name.trim(), role },
      }),
    ["/api/v1/staff"],
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
      title={t.editing.title(member.name)}
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
          hint={t.editing.nameHint}
          error={missing ? t.invite.nameMissing : undefined}
          value={name}
          maxLength={255}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t.invite.role}
          hint={t.editing.roleHint}
          value={role}
          onChange={(chosen) => setRole(chosen === "owner" ? "owner" : "staff")}
          options={[
            { value: "staff", label: t.roleOptions.staff },
            { value: "owner", label: t.roleOptions.owner },
          ]}
        />
        <Refused error={change.error} />
      </form>
    </Dialog>
  );
}
