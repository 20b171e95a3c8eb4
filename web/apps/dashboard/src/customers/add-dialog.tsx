import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { CheckField, TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";
import { useRef, useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";

import { api, refusalOf } from "../api";
import { newId } from "../ids";
import { useLanguage, useTexts } from "../texts";
import { BirthdayField } from "./birthday-field";
import { birthdayOf, problemOfPhone, type TypedBirthday } from "./person-form";
import { useRenew } from "./use-fresh";
import { texts } from "./words/person";

type AddDialogProps = { newcomer: { name: string; phone: string }; onClose: () => void };

/** Somebody who stands at the counter gets a card: confirmed at once. The question about messages is never ticked. */
export function AddDialog({ newcomer, onClose }: AddDialogProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const navigate = useNavigate();
  const renew = useRenew();
  const id = useRef(newId()); // kept until it worked: a second try adds nobody twice
  const [name, setName] = useState(newcomer.name);
  const [phone, setPhone] = useState(newcomer.phone);
  const [birthday, setBirthday] = useState<TypedBirthday>({ day: "", month: "" });
  const [marketing, setMarketing] = useState(false);
  const [problems, setProblems] = useState<{ name?: string; phone?: string; birthday?: string; form?: string }>({});
  const [busy, setBusy] = useState(false);

  const save = async () => {
    const born = birthdayOf(birthday);
    const wrong = {
      ...(name.trim() === "" ? { name: t.needName } : {}),
      ...(problemOfPhone(phone) ? { phone: t.phoneProblem[problemOfPhone(phone) ?? "few"] } : {}),
      ...(born === "wrong" ? { birthday: t.needBirthday } : {}),
    };
    setProblems(wrong);
    if (Object.keys(wrong).length > 0 || born === "wrong") return;
    setBusy(true);
    try {
      const { data, response } = await api.POST("/api/v1/customers", {
        body: { id: id.current, name: name.trim(), phone, birthday: born },
      });
      if (!data) return;
      if (marketing)
        await api.PUT("/api/v1/customers/{customer_id}/consent", {
          params: { path: { customer_id: data.customer_id } },
          body: { marketing: true, language },
        });
      await renew();
      toast({ text: response.status === 201 ? t.added(data.first_name) : t.known(data.first_name) });
      await navigate(`/app/clientes/${data.customer_id}`);
    } catch (error) {
      const refusal = refusalOf(error);
      setProblems(
        refusal?.code === "phone_invalid" ? { phone: refusal.message } : { form: refusal?.message ?? t.trouble },
      );
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.addTitle} description={t.addText}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
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
        <TextField
          label={t.name}
          autoComplete="off"
          maxLength={255}
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.target.value)}
        />
        <BirthdayField value={birthday} onChange={setBirthday} error={problems.birthday} />
        <CheckField label={t.marketing} hint={t.marketingHint} checked={marketing} onChange={setMarketing} />
        {problems.form ? <Note tone="bad">{problems.form}</Note> : null}
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="main" busy={busy}>
            {t.add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
