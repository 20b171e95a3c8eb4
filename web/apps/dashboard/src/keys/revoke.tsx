import type { Body } from "@sello/api";
import { ConfirmDialog } from "@sello/ui/dialog";
import { toast } from "@sello/ui/toast";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { texts } from "./texts";

/** Ends a key, which cannot be undone. */
export function RevokeDialog({ of, onClose }: { of: Body<"KeyAnswer">; onClose: () => void }) {
  const t = useTexts(texts);
  const params = { path: { key_id: of.id } };
  const end = useAct(() => api.DELETE("/api/v1/api-keys/{key_id}", { params }), ["/api/v1/api-keys"]);
  return (
    <ConfirmDialog
      open
      bad
      onOpenChange={onClose}
      title={t.ending.title(of.name)}
      text={t.ending.text.map((line) => (
        <p key={line}>{line}</p>
      ))}
      confirm={t.ending.confirm(of.name)}
      busy={end.isPending}
      onConfirm={() =>
        end.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t.ending.done(of.name) });
            onClose();
          },
        })
      }
    >
      <Refused error={end.error} />
    </ConfirmDialog>
  );
}
