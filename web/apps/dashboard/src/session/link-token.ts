import { useState } from "react";

/** The token of a mailed link stands behind the `#`, which no server sees; it is taken out of the address at once. */
export function useLinkToken(): string {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  return token;
}
