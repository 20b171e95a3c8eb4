import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useTexts } from "../texts";
import { texts } from "./texts";

/** Puts a draft in force. Everything that showed the rules asks again. */
export function useSave(onSaved: () => void) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  return $api.useMutation("put", "/api/v1/reward-rules", {
    onSuccess: async ({ version }) => {
      onSaved();
      toast({ text: t.saved(version) });
      await queries.invalidateQueries();
    },
  });
}
