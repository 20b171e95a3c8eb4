import type { Body } from "@sello/api";
import { keepPreviousData } from "@tanstack/react-query";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";
import { queryOf, type Filters } from "./filters";

export type Entry = Body<"DirectoryEntry">;

export const DIRECTORY = "/api/v1/businesses/{business_id}/directory";
const PAGE = 100;

/** The customers that the filters let through, page by page; an answer that nobody waits for any more is given up. */
export function useDirectory(filters: Filters) {
  const business = useBusiness();
  return $api.useInfiniteQuery(
    "get",
    DIRECTORY,
    { params: { path: { business_id: business.id }, query: { ...queryOf(filters), limit: PAGE } } },
    {
      pageParamName: "cursor",
      initialPageParam: null,
      getNextPageParam: (page: Body<"DirectoryPage">) => page.next,
      placeholderData: keepPreviousData,
    },
  );
}

/** How many customers are in each group. */
export function useCounts() {
  const business = useBusiness();
  return $api.useQuery("get", `${DIRECTORY}/counts`, { params: { path: { business_id: business.id } } });
}

/** One customer as the list has them: how they are, how often they come. */
export function useEntry(id: string) {
  const business = useBusiness();
  return $api.useQuery("get", DIRECTORY, {
    params: { path: { business_id: business.id }, query: { id: [id], limit: 1 } },
  });
}
