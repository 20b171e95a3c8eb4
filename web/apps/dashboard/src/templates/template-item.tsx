import { Button } from "@sello/ui/button";
import { ConfirmDialog } from "@sello/ui/dialog";
import { Note } from "@sello/ui/note";
import { Pill } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../api";
import { useTellError } from "../act";
import { Chat } from "../messages/chat";
import { Refused } from "../refused";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";
import type { Template } from "./types";
import { useRenew } from "./use-templates";

const TONES = {
  draft: "plain",
  submitting: "wait",
  in_review: "wait",
  approved: "ok",
  rejected: "bad",
  paused: "wait",
  disabled: "bad",
  archived: "plain",
} as const;

/** One text: what WhatsApp says of it, how it arrives, and what can be done with it. */
export function TemplateItem({ template, onEdit }: { template: Template; onEdit: () => void }) {
  const t = useTexts(texts);
  const { name } = useBusiness();
  const { when } = useFormat();
  const renew = useRenew();
  const tell = useTellError();
  const [archiving, setArchiving] = useState(false);
  const params = { path: { template_id: template.id } };
  const submit = useMutation({
    mutationFn: () => api.PUT("/api/v1/templates/{template_id}/submission", { params }),
    onSuccess: () => toast({ text: t.submitted }),
    onError: tell,
    onSettled: renew,
  });
  const archive = useMutation({
    mutationFn: () => api.DELETE("/api/v1/templates/{template_id}", { params }),
    onSuccess: async () => {
      setArchiving(false);
      toast({ text: t.archived });
      await renew();
    },
  });
  const { state } = template;
  return (
    <li className="border-t border-rule pt-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="min-w-0 flex-1 wrap-anywhere">{template.name}</h2>
        <Pill tone={TONES[state]}>{t.states[state]}</Pill>
      </div>
      <p className="mt-1 mb-3 text-12 text-muted">
        {t.categories[template.category]} · {t.usedBy(template.campaigns)}
        {template.approval_at ? ` · ${when(template.approval_at)}` : ""}
      </p>
      <Chat shop={name} text={template.body} buttons={template.preview.buttons} />
      <div className="mt-3 grid gap-2">
        {state === "rejected" && template.rejection_reason ? (
          <Note tone="bad" role="status">
            {t.reason(template.rejection_reason)}
          </Note>
        ) : (
          <p className="text-muted">{t.hints[state]}</p>
        )}
        {template.recategorised ? <Note tone="wait">{t.recategorised}</Note> : null}
        <div className="flex flex-wrap gap-2">
          {template.editable ? (
            <>
              <Button busy={submit.isPending} onClick={() => submit.mutate()}>
                {t.submit}
              </Button>
              <Button variant="quiet" onClick={onEdit}>
                {t.edit}
              </Button>
            </>
          ) : null}
          <Button variant="quiet" onClick={() => setArchiving(true)}>
            {t.archive}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={archiving}
        onOpenChange={setArchiving}
        title={t.archiveAsk}
        text={t.archiveText}
        cancel={t.archiveKeep}
        confirm={t.archive}
        bad
        busy={archive.isPending}
        onConfirm={() => archive.mutate()}
      >
        <Refused error={archive.error} />
      </ConfirmDialog>
    </li>
  );
}
