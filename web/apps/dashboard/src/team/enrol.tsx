import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { Refused } from "../refused";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { BranchChoice } from "./branch-choice";
import { CodeShown } from "./code-shown";
import { texts } from "./texts";

type Till = Body<"TillAnswer">;
export type Asked = { name: string; branch_id: string | null; replaces?: string };

/** Asks for a code that connects one till, or moves one to another machine. */
export function useCode() {
  return useAct(async (body: Asked) => {
    const { data } = await api.POST("/api/v1/device-codes", { body });
    if (!data) throw new Error("a code was made and not told");
    return data;
  }, []);
}

/** From a name to a code to a till that stamps. */
export function EnrolDialog({ replaces, onClose }: { replaces?: Till; onClose: () => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [code, setCode] = useState<Body<"TillCode"> | null>(null);
  if (code && asked) return <CodeShown key={code.id} code={code} asked={asked} onAgain={setCode} onClose={onClose} />;
  return (
    <Naming
      {...(replaces ? { replaces } : {})}
      onClose={onClose}
      onCode={(body, made) => {
        setAsked(body);
        setCode(made);
      }}
    />
  );
}

type NamingProps = { replaces?: Till; onClose: () => void; onCode: (asked: Asked, code: Body<"TillCode">) => void };

function Naming({ replaces, onClose, onCode }: NamingProps) {
  const t = useTexts(texts);
  const form = useId();
  const { branches } = useSession();
  const [name, setName] = useState(replaces?.name ?? "");
  const [branch, setBranch] = useState(branches.length === 1 ? (branches[0]?.id ?? "") : "");
  const [missing, setMissing] = useState(false);
  const ask = useCode();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() === "") return;
    const body: Asked = replaces
      ? { name: replaces.name, branch_id: null, replaces: replaces.id }
      : { name: name.trim(), branch_id: branch || null };
    ask.mutate(body, { onSuccess: (made) => onCode(body, made) });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={replaces ? t.enrol.titleOf(replaces.name) : t.enrol.title}
      description={replaces ? t.enrol.replaceLead : t.enrol.lead}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={ask.isPending}>
            {t.enrol.show}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        {replaces ? null : (
          <>
            <TextField
              label={t.name}
              hint={t.enrol.nameHint}
              error={missing ? t.enrol.nameMissing : undefined}
              value={name}
              maxLength={255}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
            <BranchChoice value={branch} onChange={setBranch} />
          </>
        )}
        <Refused error={ask.error} />
      </form>
    </Dialog>
  );
}
