import type { Body } from "@sello/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { $api, api } from "../api";

export type Archive = Body<"ArchiveAnswer">;

const EVERY = 2000; // ms between two looks at one that is being made

/** The last archives; while one is being made they are asked for again and again. */
export function useArchives() {
  return $api.useQuery(
    "get",
    "/api/v1/archives",
    {},
    {
      refetchInterval: ({ state }) =>
        state.data?.archives.some((one) => one.state === "waiting" || one.state === "making") ? EVERY : false,
    },
  );
}

/** What needs the password once more: to have an archive made, or to get one. */
export function useProven(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ password, archive }: { password: string; archive: Archive | null }) => {
      const body = { password };
      if (archive === null) {
        await api.POST("/api/v1/archives", { body });
        return;
      }
      const params = { path: { archive_id: archive.archive_id } };
      const { data } = await api.POST("/api/v1/archives/{archive_id}/links", { params, body });
      if (data) location.assign(data.url);
    },
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/archives"] });
    },
  });
}
