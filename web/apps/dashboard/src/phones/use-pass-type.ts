import type { Body } from "@sello/api";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";

export type PassType = Body<"ShopPassType">;

/** Under which of Apple's pass types the shop's cards go out, and until when they can be signed. */
export function usePassType() {
  const { id } = useBusiness();
  return $api.useQuery(
    "get",
    "/api/v1/businesses/{business_id}/pass-type",
    { params: { path: { business_id: id } } },
    { staleTime: 60_000 },
  );
}
