import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Head, HeadCell, Rows, Table } from "@sello/ui/table";
import { Plus } from "lucide-react";
import { useState } from "react";

import { $api } from "../api";
import { useTexts } from "../texts";
import { Gone } from "./gone";
import { InviteDialog, type Invited } from "./invite";
import { PersonDialogs, type Doing } from "./person-dialogs";
import { PersonRow } from "./person-row";
import { PinTries } from "./pin-tries";
import { texts } from "./texts";

export type Member = Body<"MemberAnswer">;

/** Everybody who works here, their PINs and when they were last here. */
export function People() {
  const t = useTexts(texts);
  const staff = $api.useQuery("get", "/api/v1/staff", {});
  const [doing, setDoing] = useState<Doing | null>(null);
  const [inviting, setInviting] = useState<Partial<Invited> | null>(null);
  const members = (staff.data?.members ?? []).filter((one) => one.dismissed_at === null);
  const gone = (staff.data?.members ?? []).filter((one) => one.dismissed_at !== null);

  return (
    <Section
      title={t.team}
      actions={
        <Button onClick={() => setInviting({})}>
          <Plus aria-hidden="true" />
          {t.add}
        </Button>
      }
    >
      <PinTries onSignIns={() => setDoing({ act: "all-sign-ins" })} />
      {staff.isPending ? (
        <Loading>
          <Skeleton lines={4} className="h-8" />
        </Loading>
      ) : staff.isError ? (
        <Trouble small level={3} error={staff.error} onRetry={() => void staff.refetch()} />
      ) : (
        <>
          <Table label={t.team}>
            <Head>
              <HeadCell>{t.person}</HeadCell>
              <HeadCell>{t.may}</HeadCell>
              <HeadCell>{t.pin}</HeadCell>
              <HeadCell>{t.lastSeen}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t.actions}</span>
              </HeadCell>
            </Head>
            <Rows>
              {members.map((member) => (
                <PersonRow key={member.account_id} member={member} onDo={setDoing} />
              ))}
            </Rows>
          </Table>
          {members.length === 1 && staff.data.invitations.length === 0 ? (
            <Empty small level={3} title={t.alone} text={t.aloneText} />
          ) : null}
          <Gone members={gone} onInvite={(name) => setInviting({ name })} />
        </>
      )}
      {inviting ? <InviteDialog first={inviting} onClose={() => setInviting(null)} /> : null}
      <PersonDialogs doing={doing} onClose={() => setDoing(null)} />
    </Section>
  );
}
