import { useState } from "react";
import type { Counter } from "../contracts";
import { texts } from "../counter/texts";
import { textsOf } from "../parts/language";
import { useWatched } from "../watched";

const t = textsOf(texts);
const ASKED = "sello-install-asked";

/** A newer version, or a place among the phone's apps: said above the dock, the second only once. */
export function Offers({ counter }: { counter: Counter }) {
  const newer = useWatched(counter.updates.ready);
  const installable = useWatched(counter.updates.installable);
  const [asked, setAsked] = useState(() => localStorage.getItem(ASKED) !== null);
  const done = () => {
    localStorage.setItem(ASKED, "1");
    setAsked(true);
  };
  if (newer)
    return (
      <div className="last">
        <span>{t.update.text}</span>
        <button type="button" className="btn soft" onClick={counter.updates.apply}>
          {t.update.go}
        </button>
      </div>
    );
  if (!installable || asked) return null;
  return (
    <div className="last tall">
      <span>{t.install.text}</span>
      <div className="row">
        <button type="button" className="btn soft" onClick={done}>
          {t.install.no}
        </button>
        <button type="button" className="btn find" onClick={() => void counter.updates.install().finally(done)}>
          {t.install.go}
        </button>
      </div>
    </div>
  );
}
