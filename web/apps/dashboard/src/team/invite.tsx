import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { SelectField, TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api, refusalOf } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";

export type Invited = Body<"InvitationBody">;
type Wrong = { name?: string | undefined; email?: string | undefined };

/** Sends an invitation, or the same one once more. */
export function useInvite() {
  return useAct((body: Invited) => api.POST("/api/v1/staff/invitations", { body }), ["/api/v1/staff"]);
}

/** Whom to invite, and as what. */
export function InviteDialog({ first, onClose }: { first: Partial<Invited>; onClose: () => void }) {
  const t = useTexts(texts);
  const form = useId();
  const [body, setBody] = useState<Invited>({ name: "", email: "", role: "staff", ...first });
  const [wrong, setWrong] = useState<Wrong>({});
  const invite = useInvite();
  const refused = refusalOf(invite.error)?.fields ?? {};

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const email = body.email.trim();
    const found: Wrong = {
      name: body.name.trim() ? undefined : t.invite.nameMissing,
      email: /^\S+@\S+\.\S+$/.test(email) ? undefined : t.invite.emailWrong,
    };
    setWrong(found);
    if (found.name ?? found.email) return;
    invite.mutate(
      { ...body, email, name: body.name.trim() },
      {
        onSuccess: () => {
          toast({ text: t.invite.sent(email) });
          onClose();
        },
      },
    );
  };

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.invite.title}
      description={t.invite.lead}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={invite.isPending}>
            {t.invite.send}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          label={t.name}
          hint={t.invite.nameHint}
          error={wrong.name}
          value={body.name}
          maxLength={255}
          autoComplete="off"
          onChange={(event) => setBody({ ...body, name: event.target.value })}
        />
        <TextField
          type="email"
          label={t.invite.email}
          hint={t.invite.emailHint}
          error={wrong.email ?? refused.email}
          value={body.email}
          maxLength={254}
          autoComplete="off"
          onChange={(event) => setBody({ ...body, email: event.target.value })}
        />
        <SelectField
          label={t.invite.role}
          value={body.role}
          onChange={(role) => setBody({ ...body, role: role === "owner" ? "owner" : "staff" })}
          options={[
            { value: "staff", label: t.roleOptions.staff },
            { value: "owner", label: t.roleOptions.owner },
          ]}
        />
        <Refused error={invite.error} />
      </form>
    </Dialog>
  );
}
