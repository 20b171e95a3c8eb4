import type { Body } from "@sello/api";
import { LIMITS } from "@sello/api/limits";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api, refusalOf } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";
import { PASS_TYPES, usePassTypes } from "./use-pass-types";

/** Gives a shop an identifier of its own at Apple, or the platform's again. */
export function PassTypeDialog({ shop, onClose }: { shop: Body<"PlatformShop">; onClose: () => void }) {
  const all = useTexts(texts);
  const t = all.pass;
  const form = useId();
  const { data } = usePassTypes();
  const present = data?.certificates.find((one) => one.business_id === shop.id)?.pass_type_id ?? "";
  const [written, setWritten] = useState<string | null>(null);
  const value = written ?? present;
  const change = useAct(async () => {
    const body = { pass_type_id: value.trim() || null };
    await api.PUT("/api/v1/admin/businesses/{business_id}/pass-type", {
      params: { path: { business_id: shop.id } },
      body,
    });
  }, [PASS_TYPES]);
  const field = refusalOf(change.error)?.fields.pass_type_id;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate(undefined, {
      onSuccess: () => {
        toast({ text: t.done(shop.name) });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.title(shop.name)}
      description={t.text.map((line) => (
        <p key={line} className="mt-1">
          {line}
        </p>
      ))}
      actions={
        <>
          <Button onClick={onClose}>{all.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={change.isPending} disabled={!data}>
            {t.confirm}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          label={t.label}
          hint={t.hint}
          error={field ? t.hint : undefined}
          value={value}
          maxLength={LIMITS.NewPassType.pass_type_id.max}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setWritten(event.target.value)}
        />
        {field ? null : <Refused error={change.error} />}
      </form>
    </Dialog>
  );
}
