import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useDeferredValue } from "react";

import { $api, api } from "../api";
import { useRefreshOn } from "../live/use-live";

const OURS = /^\/api\/v1\/templates/;
const CHANGES: ReadonlySet<string> = new Set(["TemplateChanged"]);
const WATCH = 4_000; // ms between looks while WhatsApp reviews one

export type Wording = { language: "es" | "en"; category: "marketing" | "utility"; body: string };

/** All templates that are not archived, looked at again while one is on its way through a review. */
export function useTemplates() {
  const again = useRenew();
  useRefreshOn(CHANGES, () => void again(), 200);
  return $api.useQuery(
    "get",
    "/api/v1/templates",
    { params: { query: { limit: 100 } } },
    {
      refetchInterval: ({ state: { data } }) =>
        data?.templates.some(({ state }) => state === "submitting" || state === "in_review") ? WATCH : false,
    },
  );
}

/** Texts to begin with. */
export function useStarters() {
  return $api.useQuery("get", "/api/v1/template-starters", {}, { staleTime: Infinity });
}

/** How a text would arrive and what is wrong with it, as one types. */
export function usePreview(wording: Wording) {
  const body = useDeferredValue(wording);
  return useQuery({
    queryKey: ["get", "/api/v1/templates/previews", body.language, body.category, body.body],
    queryFn: async ({ signal }) => (await api.POST("/api/v1/templates/previews", { body, signal })).data ?? null,
    enabled: body.body.trim() !== "",
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
}

/** Ask again for the templates. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    () =>
      client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => typeof path === "string" && OURS.test(path) }),
    [client],
  );
}
