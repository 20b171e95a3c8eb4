import type { Body } from "@sello/api";
import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";

import { $api, api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { texts } from "./texts";

export type Change = Body<"ProfileChange">;

/** Changes the shop's profile at once, and offers the way back. */
export function useChange() {
  const t = useTexts(texts);
  const business = useBusiness();
  const queries = useQueryClient();
  const params = { path: { business_id: business.id } };
  const { mutate, error, isPending, reset } = $api.useMutation("patch", "/api/v1/businesses/{business_id}");
  const change = (body: Change) => {
    const before = Object.fromEntries(Object.keys(body).map((name) => [name, business[name as keyof typeof business]]));
    const undo = async () => {
      await api.PATCH("/api/v1/businesses/{business_id}", { params, body: before });
      await queries.invalidateQueries();
      toast({ text: t.undone });
    };
    mutate(
      { params, body },
      {
        onSuccess: () => {
          toast({ text: t.saved, undo: () => void undo() });
          void queries.invalidateQueries();
        },
      },
    );
  };
  return { change, error, busy: isPending, reset };
}
