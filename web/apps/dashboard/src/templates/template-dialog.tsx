import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { SelectField, TextField } from "@sello/ui/field";
import { toast } from "@sello/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../api";
import { Chat } from "../messages/chat";
import { Refused } from "../refused";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { BodyField } from "./body-field";
import { texts } from "./texts";
import { usePreview, useRenew, type Wording } from "./use-templates";

export type Begun = Wording & { id: string; isNew: boolean; name: string };

/** Write a text and see it arrive; what WhatsApp would not take is said before it is saved. */
export function TemplateDialog({ begun, onClose }: { begun: Begun; onClose: () => void }) {
  const t = useTexts(texts);
  const { name: shop } = useBusiness();
  const renew = useRenew();
  const [text, setText] = useState(begun);
  const [tried, setTried] = useState(false);
  const { id, name, language, category, body } = text;
  const preview = usePreview({ language, category, body });
  const problems = preview.data?.problems ?? [];
  const shortName = name.trim().length < 3;
  const shortBody = body.trim().length < 10;
  const save = useMutation({
    mutationFn: async (submits: boolean) => {
      const wording = { name: name.trim(), language, category, body: body.trim() };
      const params = { path: { template_id: id } };
      if (begun.isNew) await api.POST("/api/v1/templates", { body: { id, ...wording } });
      else await api.PUT("/api/v1/templates/{template_id}", { params, body: wording });
      if (submits) await api.PUT("/api/v1/templates/{template_id}/submission", { params });
      return submits;
    },
    onSuccess: (submitted) => {
      toast({ text: submitted ? t.submitted : t.saved });
      onClose();
    },
    onSettled: renew,
  });
  const go = (submits: boolean) => {
    setTried(true);
    if (!shortName && !shortBody && problems.length === 0) save.mutate(submits);
  };
  const change = (part: Partial<Begun>) => setText((now) => ({ ...now, ...part }));
  return (
    <Dialog open onOpenChange={onClose} title={begun.isNew ? t.fresh : t.editTitle} wide>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          go(false);
        }}
      >
        <div className="grid gap-6 sm:grid-cols-[minmax(0,1fr)_17rem]">
          <div className="grid content-start gap-4">
            <TextField
              label={t.name}
              maxLength={255}
              value={name}
              onChange={(event) => change({ name: event.target.value })}
              hint={t.nameHint}
              error={tried && shortName ? t.short : undefined}
            />
            <SelectField
              label={t.category}
              value={category}
              onChange={(value) => change({ category: value as Wording["category"] })}
              options={[
                { value: "marketing", label: t.categories.marketing },
                { value: "utility", label: t.categories.utility },
              ]}
              hint={t.categoryHint}
            />
            <SelectField
              label={t.language}
              value={language}
              onChange={(value) => change({ language: value as Wording["language"] })}
              options={[
                { value: "es", label: t.languages.es },
                { value: "en", label: t.languages.en },
              ]}
            />
            <BodyField
              body={body}
              onChange={(next) => change({ body: next })}
              letters={preview.data ? t.letters(preview.data.characters, preview.data.longest) : undefined}
              problems={tried && shortBody ? [t.shortBody] : problems.map((problem) => problem.text)}
            />
          </div>
          <div>
            <h3 className="mb-2 font-semibold">{t.preview}</h3>
            <Chat shop={shop} text={preview.data?.preview.text ?? body} buttons={preview.data?.preview.buttons ?? []} />
          </div>
        </div>
        <Refused error={save.error} />
        <div className="flex justify-end gap-2 max-sm:flex-col-reverse">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" busy={save.isPending && !save.variables}>
            {t.save}
          </Button>
          <Button variant="main" busy={save.isPending && save.variables} onClick={() => go(true)}>
            {t.saveSubmit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
