import { type ReactNode, useState } from "react";
import type { Counter } from "../contracts";
import { Dial } from "../parts/dial";
import { textsOf } from "../parts/language";
import { EndedScreen } from "../session/ended-screen";
import { EnrolScreen } from "../session/enrol-screen";
import { Staff } from "../session/staff";
import { texts } from "../session/texts";
import { useWatched } from "../watched";
import { CounterDesk } from "./desk";
import "../look/base.css";
import "../look/frame.css";
import "../look/who.css";
import "../look/counter.css";
import "../look/list.css";
import "../look/answer.css";
import "../look/camera.css";

const t = textsOf(texts);

/** The stamper: a till that has to be enrolled, was ended, or stands at its counter. */
export function App({ counter }: { counter: Counter }) {
  const till = useWatched(counter.till.state);
  const [staff] = useState(() => new Staff(counter.till, counter.roster, counter.signal));
  if (!window.isSecureContext)
    return (
      <Words title={t.insecure.title} text={t.insecure.how}>
        <a className="btn ink" href={`https://${location.hostname}/stamp`}>
          {t.insecure.go}
        </a>
      </Words>
    );
  if (counter.trouble) return <Words title={t.storage.title} text={t.storage.how} />;
  switch (till.is) {
    case "opening":
      return (
        <main className="screen plain">
          <div className="opening" role="status" aria-label={t.opening}>
            <Dial busy />
          </div>
        </main>
      );
    case "none":
      return <EnrolScreen counter={counter} />;
    case "ended":
      return <EndedScreen counter={counter} code={till.code} />;
    case "ready":
      return <CounterDesk key={till.deviceId} counter={counter} staff={staff} />;
  }
}

function Words({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <main className="screen no">
      <span />
      <div className="words">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      <footer className="dock">{children}</footer>
    </main>
  );
}
