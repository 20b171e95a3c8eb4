import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

const OURS = /^\/api\/v1\/(businesses\/\{business_id\}\/(directory|duplicates)|customers|cards|privacy-requests)/;

/** Ask again for everything about customers: after an act of ours, or when something happened elsewhere. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    () =>
      client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => typeof path === "string" && OURS.test(path) }),
    [client],
  );
}

/** Keep what is shown of customers up to date with what happens at the tills. */
export function useFresh(): void {
  useRenew();
}
