import { useEffect, useEffectEvent } from "react";

/** The phone's back button leads to the camera, not out of the app. */
export function useHistory(deep: boolean, home: () => void): void {
  const back = useEffectEvent(home);
  useEffect(() => {
    const hear = () => back();
    addEventListener("popstate", hear);
    return () => removeEventListener("popstate", hear);
  }, []);
  useEffect(() => {
    const marked = (history.state as { deep?: boolean } | null)?.deep === true;
    if (deep && !marked) history.pushState({ deep: true }, "");
  }, [deep]);
}
