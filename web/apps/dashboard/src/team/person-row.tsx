import type { Body } from "@sello/api";
import { Menu, MenuItem } from "@sello/ui/menu";
import { Cell, Row } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";

import { $api } from "../api";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Doing } from "./person-dialogs";
import { texts } from "./texts";

type Member = Body<"MemberAnswer">;
const MONTH = 37 * 86_400_000; // sessions are forgotten a month after their week

/** Somebody of the team, and what can be done about them. */
export function PersonRow({ member, onDo }: { member: Member; onDo: (doing: Doing) => void }) {
  const t = useTexts(texts);
  const { account } = useSession();
  const own = member.account_id === account.id;
  return (
    <Row>
      <Cell>
        <b className="wrap-anywhere">{member.name}</b> {own ? <span className="text-muted">{t.you}</span> : null}
      </Cell>
      <Cell className="text-muted max-sm:row-start-2" full>
        {t.roles[member.role]}
      </Cell>
      <Cell label={t.pin} className="max-sm:row-start-3">
        <PinState member={member} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:row-start-3 max-sm:text-right">
        <LastSeen member={member} />
      </Cell>
      <Cell keep className="text-right max-sm:col-start-2 max-sm:row-start-1">
        <Menu label={t.more(member.name)}>
          <MenuItem onSelect={() => onDo({ act: "edit", member })}>{t.edit}</MenuItem>
          {own ? (
            <MenuItem onSelect={() => onDo({ act: "own-pin", member })}>
              {member.pin_set_at ? t.ownPinAgain : t.ownPin}
            </MenuItem>
          ) : null}
          {member.pin_set_at ? (
            <MenuItem onSelect={() => onDo({ act: "clear-pin", member })}>{own ? t.ownPinOff : t.resetPin}</MenuItem>
          ) : null}
          <MenuItem onSelect={() => onDo({ act: "sign-ins", member })}>{t.signIns}</MenuItem>
          {own ? null : (
            <MenuItem bad onSelect={() => onDo({ act: "dismiss", member })}>
              {t.dismiss}
            </MenuItem>
          )}
        </Menu>
      </Cell>
    </Row>
  );
}

function PinState({ member }: { member: Member }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tries = $api.useQuery("get", "/api/v1/pin-tries", {});
  const tills = $api.useQuery("get", "/api/v1/devices", {});
  const locked = tries.data?.members.find((one) => one.account_id === member.account_id);
  if (locked) {
    const till = tills.data?.find((one) => one.id === locked.device_id)?.name ?? t.till;
    return (
      <Tag state="bad" className="whitespace-normal">
        {t.lockedOn(till, format.time(locked.until))}
      </Tag>
    );
  }
  return member.pin_set_at ? <Tag state="ok">{t.hasPin}</Tag> : <Tag state="off">{t.noPin}</Tag>;
}

function LastSeen({ member }: { member: Member }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (member.seen_at) return <time dateTime={member.seen_at}>{format.when(member.seen_at)}</time>;
  return isOld(member) ? t.longAgo : t.never;
}

function isOld(member: Member): boolean {
  return Date.now() - Date.parse(member.since) > MONTH;
}
