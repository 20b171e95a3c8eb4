import { toast } from "@sello/ui/toast";
import { tell } from "@sello/ui/state";
import { useState } from "react";

import { api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { queryOf, type Filters } from "./filters";
import { saveFile } from "./save-file";
import { DIRECTORY } from "./use-directory";
import { texts } from "./words/list";

/** The list as a file: all that the filters let through, or those that were picked. */
export function useFile() {
  const t = useTexts(texts);
  const business = useBusiness();
  const [busy, setBusy] = useState(false);
  const fetchAndSave = async (query: Partial<ReturnType<typeof queryOf>> & { id?: string[] }) => {
    setBusy(true);
    try {
      const { data } = await api.GET(`${DIRECTORY}.csv`, {
        params: { path: { business_id: business.id }, query },
        parseAs: "blob",
      });
      saveFile(data as unknown as Blob, t.fileName);
      toast({ text: t.fileDone });
    } catch (error) {
      toast({ text: tell(error).message ?? t.moreTrouble, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    save: (filters: Filters) => void fetchAndSave(queryOf(filters)),
    savePicked: (ids: readonly string[]) => void fetchAndSave({ id: [...ids] }),
  };
}
