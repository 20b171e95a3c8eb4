import { useEffect } from "react";
import { readyToSound } from "./tones";

/** While a counter is open its screen stays lit, and the first touch lets it sound. */
export function useAwake(): void {
  useEffect(() => {
    addEventListener("pointerdown", readyToSound);
    addEventListener("keydown", readyToSound);
    const light = async () => {
      if (document.hidden || !("wakeLock" in navigator)) return;
      await navigator.wakeLock.request("screen").catch(() => undefined); // a battery that is low may refuse
    };
    const look = () => void light();
    look();
    document.addEventListener("visibilitychange", look); // it is given back whenever nobody looks
    return () => {
      removeEventListener("pointerdown", readyToSound);
      removeEventListener("keydown", readyToSound);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}
