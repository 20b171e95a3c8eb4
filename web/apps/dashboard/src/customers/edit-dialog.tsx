import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";
import { useState, type SubmitEvent } from "react";

import { api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { BirthdayField } from "./birthday-field";
import { birthdayOf, digitsOf, problemOfPhone, spoken } from "./person-form";
import type { Profile } from "./use-card";
import { useRenew } from "./use-fresh";
import { texts } from "./words/person";

type Problems = { name?: string; phone?: string; birthday?: string; form?: string };

/** Put right what is known of somebody: only what was changed is sent. A name and a birthday can be put back at once. */
export function EditDialog({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const t = useTexts(texts);
  const renew = useRenew();
  const [name, setName] = useState(profile.name);
  const [phone, setPhone] = useState(spoken(profile.phone));
  const [birthday, setBirthday] = useState({
    day: String(profile.birthday?.day ?? ""),
    month: String(profile.birthday?.month ?? ""),
  });
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);

  const send = async (body: Body<"CustomerCorrection">) => {
    await api.PATCH("/api/v1/customers/{customer_id}", { params: { path: { customer_id: profile.id } }, body });
    await renew();
  };
  const undo = async (body: Body<"CustomerCorrection">) => {
    try {
      await send(body);
    } catch (error) {
      toast({ text: refusalOf(error)?.message || t.trouble, tone: "bad" });
    }
  };
  const save = async () => {
    const born = birthdayOf(birthday);
    const start = problemOfPhone(phone);
    const wrong: Problems = {
      ...(name.trim() === "" ? { name: t.needName } : {}),
      ...(start ? { phone: t.phoneProblem[start] } : {}),
      ...(born === "wrong" ? { birthday: t.needBirthday } : {}),
    };
    setProblems(wrong);
    if (Object.keys(wrong).length > 0 || born === "wrong") return;
    const renamed = name.trim() !== profile.name;
    const reborn = born?.day !== profile.birthday?.day || born?.month !== profile.birthday?.month;
    const moved = `+51${digitsOf(phone)}` !== profile.phone;
    if (!renamed && !reborn && !moved) {
      toast({ text: t.nothing });
      return onClose();
    }
    setBusy(true);
    try {
      await send({
        ...(renamed ? { name: name.trim() } : {}),
        ...(reborn ? { birthday: born } : {}),
        ...(moved ? { phone: digitsOf(phone) } : {}),
      });
      const before = { ...(renamed ? { name: profile.name } : {}), ...(reborn ? { birthday: profile.birthday } : {}) };
      toast(moved ? { text: t.savedPhone } : { text: t.saved, undo: () => void undo(before) });
      onClose();
    } catch (error) {
      const refusal = refusalOf(error);
      const ofPhone = refusal?.code === "phone_taken" || refusal?.code === "phone_invalid";
      setProblems({ [ofPhone ? "phone" : "form"]: refusal?.message || t.trouble });
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.editTitle} description={t.editText}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        <TextField
          label={t.name}
          maxLength={255}
          autoComplete="off"
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t.phone}
          before="+51"
          inputMode="tel"
          autoComplete="off"
          maxLength={20}
          value={phone}
          error={problems.phone}
          onChange={(event) => setPhone(event.target.value)}
        />
        <BirthdayField value={birthday} onChange={setBirthday} error={problems.birthday} />
        {problems.form ? <Note tone="bad">{problems.form}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy}>
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
