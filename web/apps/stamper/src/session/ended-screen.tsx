import { useState } from "react";
import type { Counter } from "../contracts";
import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { useWatched } from "../watched";
import { EnrolScreen } from "./enrol-screen";
import { texts } from "./texts";

const t = textsOf(texts).ended;

/** The shop ended this till, closed, or is paused. What waits is kept. */
export function EndedScreen({ counter, code }: { counter: Counter; code: string }) {
  const waiting = useWatched(counter.queue.count);
  const [types, setTypes] = useState(false);
  if (types) return <EnrolScreen counter={counter} />;
  const closed = code === "business_closed";
  const suspended = code === "business_suspended";
  return (
    <main className="screen no">
      <span />
      <div className="words">
        <Icon name="lock" />
        <h1>{closed ? t.closed : suspended ? t.suspended : t.title}</h1>
        <p>{closed ? t.closedHow : suspended ? t.suspendedHow : t.how}</p>
        {waiting > 0 && !closed && <p>{t.kept(waiting)}</p>}
      </div>
      <footer className="dock">
        {suspended ? (
          <button type="button" className="btn ink" onClick={() => location.reload()}>
            {t.retry}
          </button>
        ) : (
          <button type="button" className="btn ink" onClick={() => setTypes(true)}>
            {t.again}
          </button>
        )}
      </footer>
    </main>
  );
}
