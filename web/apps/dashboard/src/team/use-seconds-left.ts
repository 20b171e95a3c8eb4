import { useEffect, useState } from "react";

function secondsTo(end: number): number {
  return Math.max(0, Math.ceil((end - Date.now()) / 1000));
}

/** Seconds until a moment, counted down to 0. */
export function useSecondsLeft(moment: string): number {
  const end = Date.parse(moment);
  const [left, setLeft] = useState(() => secondsTo(end));
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsTo(end)), 500);
    return () => clearInterval(timer);
  }, [end]);
  return left;
}
