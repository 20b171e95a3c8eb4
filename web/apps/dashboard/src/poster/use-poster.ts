import { $api, refusalOf } from "../api";
import type { Paper } from "./designs";

const WAIT = 1500; // ms until a poster that is being made is asked for again
const FRESH = 10 * 60_000; // ms: its link opens it for a quarter of an hour

/** The poster or tent as the shop is now. While it is being made, it is asked for again and again. */
export function usePoster(businessId: string, enabled: boolean, paper: Paper = "a4") {
  const query = $api.useQuery(
    "get",
    "/api/v1/businesses/{business_id}/poster",
    { params: { path: { business_id: businessId }, query: { format: paper } } },
    {
      enabled,
      staleTime: FRESH,
      refetchInterval: ({ state }) => (making(state.error) ? WAIT : state.data ? FRESH : false),
      retry: false,
    },
  );
  return { ...query, making: making(query.error) };
}

function making(error: unknown): boolean {
  return refusalOf(error)?.code === "poster_not_ready";
}
