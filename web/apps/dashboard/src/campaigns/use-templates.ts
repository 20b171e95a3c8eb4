import { $api } from "../api";

/** The texts that a campaign may use: the newest 100 that are not archived. */
export function useTemplates() {
  return $api.useQuery("get", "/api/v1/templates", { params: { query: { limit: 100 } } });
}
