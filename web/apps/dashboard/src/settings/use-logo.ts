import { toast } from "@sello/ui/toast";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, refusalOf } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { shrink } from "./shrink";
import { texts } from "./texts";

const PATH = "/api/v1/businesses/{business_id}/logo";

class Unreadable extends Error {}

/** Gives the shop a logo, or takes it away; both count at once. */
export function useLogo() {
  const t = useTexts(texts).look;
  const params = { path: { business_id: useBusiness().id } };
  const queries = useQueryClient();
  const said = async (text: string) => {
    toast({ text });
    await queries.invalidateQueries();
  };
  const put = useMutation({
    mutationFn: async (file: Blob) => {
      const light = await shrink(file);
      if (!light) throw new Unreadable();
      await api.PUT(PATH, {
        params,
        body: light as unknown as string, // the picture itself; the description calls bytes a string
        bodySerializer: (body: unknown) => body as Blob,
        headers: { "content-type": light.type || "application/octet-stream" },
      });
    },
    onSuccess: () => said(t.logoSaved),
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE(PATH, { params }),
    onSuccess: () => said(t.logoRemoved),
    onMutate: () => put.reset(),
  });
  const error = put.error ?? remove.error;
  return {
    put: put.mutate,
    remove: () => remove.mutate(),
    busy: put.isPending || remove.isPending,
    wrong: error ? (refusalOf(error)?.message ?? t.logoUnreadable) : undefined,
  };
}
