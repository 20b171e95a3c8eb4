import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { useId, useState, type SubmitEvent } from "react";

import { useAct } from "../act";
import { api } from "../api";
import { newId } from "../ids";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { placeAsText, placeIn } from "./place";
import { texts } from "./texts";

/** A new branch, or another name or place for one. */
export function BranchDialog({ branch, onClose }: { branch: Body<"BranchAnswer"> | null; onClose: () => void }) {
  const t = useTexts(texts);
  const form = useId();
  const [id] = useState(() => branch?.id ?? newId()); // made once, so that trying again does not make a second one
  const [name, setName] = useState(branch?.name ?? "");
  const [place, setPlace] = useState(() => placeAsText(branch?.place));
  const [missing, setMissing] = useState(false);
  const [misplaced, setMisplaced] = useState(false);
  const save = useAct(async () => {
    const body = { name: name.trim() };
    if (branch) await api.PATCH("/api/v1/branches/{branch_id}", { params: { path: { branch_id: id } }, body });
    else await api.POST("/api/v1/branches", { body: { ...body, id } });
    const named = placeIn(place);
    const path = { params: { path: { branch_id: id } } };
    if (named) await api.PUT("/api/v1/branches/{branch_id}/place", { ...path, body: named });
    else if (branch?.place) await api.DELETE("/api/v1/branches/{branch_id}/place", path);
  }, ["/api/v1/branches", "/api/v1/devices"]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const nowhere = placeIn(place) === undefined;
    setMissing(name.trim() === "");
    setMisplaced(nowhere);
    if (name.trim() !== "" && !nowhere) save.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={branch ? t.editing.title(branch.name) : t.newBranch.title}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" form={form} variant="main" busy={save.isPending}>
            {branch ? t.save : t.newBranch.add}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <TextField
          label={t.name}
          hint={t.newBranch.hint}
          error={missing ? t.newBranch.missing : undefined}
          value={name}
          maxLength={255}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t.newBranch.place}
          hint={t.newBranch.placeHint}
          error={misplaced ? t.newBranch.placeWrong : undefined}
          value={place}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setPlace(event.target.value)}
        />
        <Refused error={save.error} />
      </form>
    </Dialog>
  );
}
