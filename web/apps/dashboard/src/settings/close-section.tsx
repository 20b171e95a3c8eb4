import { Button } from "@sello/ui/button";
import { ConfirmDialog } from "@sello/ui/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { Part } from "./part";
import { PasswordDialog } from "./password-dialog";
import { texts } from "./texts";
import { wrongOf } from "./wrong";

/** Closing the shop: first what it means, then the password. */
export function CloseSection() {
  const all = useTexts(texts);
  const t = all.close;
  const business = useBusiness();
  const queries = useQueryClient();
  const [step, setStep] = useState<"what" | "password" | null>(null);
  const put = $api.useMutation("put", "/api/v1/businesses/{business_id}/closure", {
    onSuccess: () => queries.invalidateQueries(),
  });
  const leave = () => {
    setStep(null);
    put.reset();
  };
  return (
    <Part id="cerrar" title={t.title} lead={t.lead}>
      <Button variant="bad" onClick={() => setStep("what")}>
        {t.open}
      </Button>
      <ConfirmDialog
        open={step === "what"}
        onOpenChange={leave}
        title={t.title1(business.name)}
        text={
          <ul className="grid list-disc gap-2 pl-5">
            {t.what.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        }
        confirm={t.next}
        cancel={t.cancel}
        bad
        onConfirm={() => setStep("password")}
      />
      {step === "password" ? (
        <PasswordDialog
          title={t.title2}
          text={t.lead}
          confirm={t.confirm}
          cancel={t.cancel}
          bad
          busy={put.isPending}
          wrong={wrongOf(put.error, all.wrong)}
          onClose={leave}
          onSubmit={(password) => put.mutate({ params: { path: { business_id: business.id } }, body: { password } })}
        />
      ) : null}
    </Part>
  );
}
