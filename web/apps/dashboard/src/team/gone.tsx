import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type GoneProps = { members: Body<"MemberAnswer">[]; onInvite: (name: string) => void };

/** Who no longer works here; their stamps keep their names. */
export function Gone({ members, onInvite }: GoneProps) {
  const t = useTexts(texts);
  const format = useFormat();
  if (members.length === 0) return null;
  return (
    <details className="mt-3">
      <summary className="inline-flex min-h-(--ctl) items-center text-muted hover:text-ink">
        {t.gone(members.length)}
      </summary>
      <ul className="divide-y divide-line">
        {members.map((member) => (
          <li key={member.account_id} className="flex min-h-11 items-center gap-3">
            <span className="min-w-0 flex-1 wrap-anywhere">
              {member.name}{" "}
              <span className="text-muted">{t.until(format.day(member.dismissed_at ?? member.since))}</span>
            </span>
            <Button variant="quiet" onClick={() => onInvite(member.name)}>
              {t.inviteAgain}
              <span className="sr-only">: {member.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
