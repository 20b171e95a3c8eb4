import { useEffect, useState } from "react";

/** The moment, anew every second while `on`. */
export function useSeconds(now: () => Date, on = true): Date {
  const [moment, setMoment] = useState(now);
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setMoment(now()), 1000);
    return () => clearInterval(timer);
  }, [now, on]);
  return moment;
}
