import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";

import { useAct, useTellError } from "../act";
import { $api, api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { useInvite } from "./invite";
import { texts } from "./texts";

/** Invitations that nobody has accepted yet; nothing where there are none. */
export function Invitations() {
  const t = useTexts(texts);
  const staff = $api.useQuery("get", "/api/v1/staff", {});
  const open = staff.data?.invitations ?? [];
  if (open.length === 0) return null;
  return (
    <Section title={t.invitations.title}>
      <ul className="divide-y divide-line">
        {open.map((one) => (
          <Invitation key={one.id} invitation={one} />
        ))}
      </ul>
    </Section>
  );
}

function Invitation({ invitation }: { invitation: Body<"InvitationAnswer"> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const invite = useInvite();
  const withdraw = useAct(
    () =>
      api.DELETE("/api/v1/staff/invitations/{invitation_id}", { params: { path: { invitation_id: invitation.id } } }),
    ["/api/v1/staff"],
  );
  const { email, name, role } = invitation;
  const again = () =>
    invite.mutate(
      { email, name, role },
      { onSuccess: () => toast({ text: t.invitations.resent(email) }), onError: tellError },
    );
  const over = isPast(invitation.expires_at);

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-0 flex-[1_1_16rem]">
        <p className="wrap-anywhere">
          <b>{name}</b> <span className="text-muted">{email}</span>
        </p>
        <p className="flex flex-wrap gap-x-4 text-muted">
          <span>{t.roles[role]}</span>
          {over ? (
            <Tag state="bad">{t.invitations.expired}</Tag>
          ) : (
            <Tag state="wait">{t.invitations.expires(format.nearDay(invitation.expires_at))}</Tag>
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <Button busy={invite.isPending} onClick={again} aria-label={t.invitations.resendTo(name)}>
          {t.invitations.resend}
        </Button>
        <Button
          variant="quiet"
          busy={withdraw.isPending}
          aria-label={t.invitations.withdrawOf(name)}
          onClick={() =>
            withdraw.mutate(undefined, {
              onSuccess: () => toast({ text: t.invitations.withdrawn(name), undo: again }),
              onError: tellError,
            })
          }
        >
          {t.invitations.withdraw}
        </Button>
      </div>
    </li>
  );
}

function isPast(moment: string): boolean {
  return Date.parse(moment) < Date.now();
}
