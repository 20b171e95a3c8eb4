import type { Body } from "@sello/api";
import { ConfirmDialog } from "@sello/ui/dialog";
import { toast } from "@sello/ui/toast";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { OwnPinDialog } from "../session/own-pin";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { EditPerson } from "./edit-person";
import { SignIns } from "./sign-ins";
import { texts } from "./texts";

type Member = Body<"MemberAnswer">;
export type Doing =
  { act: "edit" | "own-pin" | "clear-pin" | "sign-ins" | "dismiss"; member: Member } | { act: "all-sign-ins" };
type Props = { member: Member; onClose: () => void };

/** What was chosen in somebody's menu. */
export function PersonDialogs({ doing, onClose }: { doing: Doing | null; onClose: () => void }) {
  if (!doing) return null;
  if (doing.act === "all-sign-ins") return <SignIns of={{}} onClose={onClose} />;
  const { act, member } = doing;
  if (act === "edit") return <EditPerson member={member} onClose={onClose} />;
  if (act === "own-pin") return <OwnPinDialog onClose={onClose} />;
  if (act === "clear-pin") return <ClearPin member={member} onClose={onClose} />;
  if (act === "sign-ins") {
    return <SignIns of={{ account_id: member.account_id }} name={member.name} onClose={onClose} />;
  }
  return <Dismiss member={member} onClose={onClose} />;
}

function ClearPin({ member, onClose }: Props) {
  const t = useTexts(texts);
  const own = useSession().account.id === member.account_id;
  const params = { path: { account_id: member.account_id } };
  const clear = useAct(
    () => (own ? api.DELETE("/api/v1/auth/pin") : api.DELETE("/api/v1/staff/{account_id}/pin", { params })),
    ["/api/v1/staff"],
  );
  return (
    <ConfirmDialog
      open
      bad
      onOpenChange={onClose}
      title={t.clearing.title(member.name)}
      text={t.clearing.text(member.name).map((line) => (
        <p key={line}>{line}</p>
      ))}
      confirm={t.clearing.confirm}
      busy={clear.isPending}
      onConfirm={() =>
        clear.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t.clearing.done(member.name) });
            onClose();
          },
        })
      }
    >
      <Refused error={clear.error} />
    </ConfirmDialog>
  );
}

function Dismiss({ member, onClose }: Props) {
  const t = useTexts(texts);
  const params = { path: { account_id: member.account_id } };
  const dismiss = useAct(() => api.DELETE("/api/v1/staff/{account_id}", { params }), ["/api/v1/staff"]);
  return (
    <ConfirmDialog
      open
      bad
      onOpenChange={onClose}
      title={t.dismissing.title(member.name)}
      text={t.dismissing.text(member.name).map((line) => (
        <p key={line}>{line}</p>
      ))}
      confirm={t.dismissing.confirm(member.name)}
      busy={dismiss.isPending}
      onConfirm={() =>
        dismiss.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t.dismissing.done(member.name) });
            onClose();
          },
        })
      }
    >
      <Refused error={dismiss.error} />
    </ConfirmDialog>
  );
}
