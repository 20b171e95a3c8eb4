import { useContext, useEffect } from "react";

import { SessionContext } from "../session/use-session";

/** What the tab of the browser says: the place and its shop. */
export function useTitle(place: string): void {
  const shop = useContext(SessionContext)?.business?.name;
  useEffect(() => {
    document.title = [place, shop, "sello"].filter(Boolean).join(" · ");
  }, [place, shop]);
}
