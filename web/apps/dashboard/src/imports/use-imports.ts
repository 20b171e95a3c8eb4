import type { Body } from "@sello/api";

import { useAct } from "../act";
import { $api, api } from "../api";

export type Import = Body<"ImportAnswer">;
export type Kind = Import["kind"];
export type Order = { kind: Kind; dryRun: boolean; countStamps: boolean; file: File };

const LIST = "/api/v1/imports";
const ONE = "/api/v1/imports/{import_id}";
const LOOK_EVERY = 700;

/** Whether an import is still on its way. */
export function isOpen(one: Import): boolean {
  return one.state === "waiting" || one.state === "running";
}

/** Sends a file; wrong lines are left out, and told. */
export function useSend() {
  return useAct(
    async ({ kind, dryRun, countStamps, file }: Order): Promise<Import> => {
      const { data } = await api.POST("/api/v1/imports", {
        params: { query: { kind, dry_run: dryRun, count_stamps: countStamps, skip_bad: true } },
        headers: { "content-type": "text/csv" },
        body: file as unknown as string,
        bodySerializer: (body) => body,
      });
      if (!data) throw new Error("an import was opened and not told");
      return data;
    },
    [LIST],
  );
}

/** Ends an import where it is. */
export function useStop(id: string) {
  return useAct(() => api.DELETE("/api/v1/imports/{import_id}", { params: { path: { import_id: id } } }), [LIST, ONE]);
}

/** Where an import stands, looked at again and again while it is on its way. */
export function useImport(id: string) {
  return $api.useQuery(
    "get",
    ONE,
    { params: { path: { import_id: id } } },
    { refetchInterval: (query) => (!query.state.data || isOpen(query.state.data) ? LOOK_EVERY : false) },
  );
}
