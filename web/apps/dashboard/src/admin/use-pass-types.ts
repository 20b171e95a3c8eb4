import { $api } from "../api";

export const PASS_TYPES = "/api/v1/admin/pass-types";

/** Every certificate that signs cards for Apple Wallet, and whose it is. */
export function usePassTypes() {
  return $api.useQuery("get", PASS_TYPES);
}
