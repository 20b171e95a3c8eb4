import { tell } from "@sello/ui/state";
import { Menu, MenuItem } from "@sello/ui/menu";
import { toast } from "@sello/ui/toast";
import { Download, PencilLine, ShieldCheck, SlidersHorizontal, Trash2, UsersRound } from "lucide-react";
import { useState } from "react";

import { api } from "../api";
import { useTexts } from "../texts";
import { AdjustDialog } from "./adjust-dialog";
import { AskDialog } from "./ask-dialog";
import { EditDialog } from "./edit-dialog";
import { EraseDialog } from "./erase-dialog";
import { MergeWith } from "./merge-with";
import { saveFile } from "./save-file";
import type { Profile } from "./use-card";
import { texts } from "./words/about";
import { texts as card } from "./words/card";

type Act = "edit" | "adjust" | "merge" | "ask" | "erase";

/** What else can be done with a customer; each opens a dialog that says what it does. */
export function Acts({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const { adjust } = useTexts(card);
  const [act, setAct] = useState<Act | null>(null);
  const close = () => setAct(null);
  const hand = async (ending: "json" | "zip") => {
    try {
      const params = { path: { customer_id: profile.id } };
      const { data } =
        ending === "zip"
          ? await api.GET("/api/v1/customers/{customer_id}/export.zip", { params, parseAs: "blob" })
          : await api.GET("/api/v1/customers/{customer_id}/export", { params, parseAs: "blob" });
      saveFile(data as unknown as Blob, `sello-${profile.id}.${ending}`);
      toast({ text: t.handed });
    } catch (error) {
      toast({ text: tell(error).message ?? t.trouble, tone: "bad" });
    }
  };
  return (
    <>
      <Menu label={t.more}>
        <MenuItem icon={<PencilLine aria-hidden="true" />} onSelect={() => setAct("edit")}>
          {t.edit}
        </MenuItem>
        <MenuItem icon={<SlidersHorizontal aria-hidden="true" />} onSelect={() => setAct("adjust")}>
          {adjust}
        </MenuItem>
        <MenuItem icon={<UsersRound aria-hidden="true" />} onSelect={() => setAct("merge")}>
          {t.merge}
        </MenuItem>
        <MenuItem icon={<ShieldCheck aria-hidden="true" />} onSelect={() => setAct("ask")}>
          {t.ask}
        </MenuItem>
        <MenuItem icon={<Download aria-hidden="true" />} onSelect={() => void hand("json")}>
          {t.json}
        </MenuItem>
        <MenuItem icon={<Download aria-hidden="true" />} onSelect={() => void hand("zip")}>
          {t.zip}
        </MenuItem>
        <MenuItem bad icon={<Trash2 aria-hidden="true" />} onSelect={() => setAct("erase")}>
          {t.erase}
        </MenuItem>
      </Menu>
      {act === "edit" ? <EditDialog profile={profile} onClose={close} /> : null}
      {act === "adjust" ? <AdjustDialog profile={profile} onClose={close} /> : null}
      {act === "merge" ? <MergeWith profile={profile} onClose={close} /> : null}
      {act === "ask" ? <AskDialog customerId={profile.id} onClose={close} /> : null}
      {act === "erase" ? <EraseDialog profile={profile} onClose={close} /> : null}
    </>
  );
}
