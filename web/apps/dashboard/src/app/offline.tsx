import { Note } from "@sello/ui/note";
import { useSyncExternalStore } from "react";

import { useTexts } from "../texts";
import { texts } from "./texts";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Says that there is no network for as long as there is none. */
export function Offline() {
  const t = useTexts(texts);
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {online ? null : (
        <Note tone="wait" className="mb-4">
          {t.offline}
        </Note>
      )}
    </div>
  );
}
