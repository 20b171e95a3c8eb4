import { useState } from "react";
import { Icon } from "../parts/icons";
import type { Counter } from "../contracts";
import { textsOf } from "../parts/language";
import { useWatched } from "../watched";
import { forgetPlace } from "./place";
import type { Staff } from "./staff";
import { texts } from "./texts";

const t = textsOf(texts).leave;

/** Take the till off this machine. What still waits would be lost, and that is said first. */
export function LeaveScreen({ counter, staff, onStay }: { counter: Counter; staff: Staff; onStay: () => void }) {
  const waiting = useWatched(counter.queue.count);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await staff.leave();
    if (await counter.till.signOut({ loseWaiting: waiting > 0 })) forgetPlace();
    else setBusy(false);
  };
  return (
    <>
      <div className={waiting ? "words warns" : "words"}>
        <Icon name={waiting ? "clock" : "shop"} />
        <h1>{t.title}</h1>
        {waiting > 0 && (
          <p role="alert">
            <b>{t.waits(waiting)}</b> {t.sendFirst}
          </p>
        )}
        <p>{t.empty}</p>
      </div>
      <footer className="dock">
        <button type="button" className="btn ink" onClick={onStay} autoFocus disabled={busy}>
          {t.stay}
        </button>
        <button type="button" className="btn soft" onClick={() => void go()} disabled={busy}>
          {waiting ? t.lose : t.go}
        </button>
      </footer>
    </>
  );
}
