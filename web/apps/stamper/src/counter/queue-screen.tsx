import type { Counter, Entry } from "../contracts";
import { RING } from "@sello/card";
import { clockTime, dayOf, textsOf } from "../parts/language";
import { useSeconds } from "../parts/seconds";
import { useWatched } from "../watched";
import type { Token } from "./cards";
import { texts } from "./texts";
import { useUndo } from "./undo";

const t = textsOf(texts);
const MOST = 60;
const SOON_OVER = 2 * 24 * 3600 * 1000;

type QueueProps = { counter: Counter; token: Token; zone: string | undefined; onConfirm: (entry: Entry) => void };

/** Nothing hidden: what waits, what was refused and why, what was counted. */
export function QueueScreen({ counter, token, zone, onConfirm }: QueueProps) {
  const entries = useWatched(counter.queue.entries);
  const now = useSeconds(counter.signal.now);
  const waiting = entries.filter((entry) => entry.state === "waiting" || entry.state === "sending");
  const refused = entries.filter((entry) => entry.state === "refused" && !entry.seen);
  const over = entries.filter((entry) => entry.state === "done" || entry.state === "undone").slice(0, MOST);
  const counted = over.filter((entry) => entry.state === "done").length;
  const row = { counter, token, zone, now };
  return (
    <>
      <div className="queue" tabIndex={0} role="region" aria-labelledby="queue-title">
        <h1 id="queue-title">{t.queue.title}</h1>
        {entries.length === 0 && <Nothing />}
        {waiting.length > 0 && (
          <>
            <h2 className="q-wait">{t.queue.waiting(waiting.length)}</h2>
            <ul>
              {waiting.map((entry) => (
                <Waiting key={entry.id} entry={entry} {...row} onConfirm={onConfirm} />
              ))}
            </ul>
          </>
        )}
        {refused.length > 0 && (
          <>
            <h2 className="q-no">{t.queue.refused(refused.length)}</h2>
            <ul>
              {refused.map((entry) => (
                <Refused key={entry.id} entry={entry} {...row} />
              ))}
            </ul>
          </>
        )}
        {over.length > 0 && (
          <>
            <h2 className="q-ok">{t.queue.counted(counted)}</h2>
            <ul>
              {over.map((entry) => (
                <Over key={entry.id} entry={entry} {...row} />
              ))}
            </ul>
          </>
        )}
      </div>
      <footer className="dock">
        {waiting.length > 0 && (
          <>
            <p className="small">{t.queue.how}</p>
            <button type="button" className="btn soft" onClick={counter.queue.flush}>
              {t.queue.now}
            </button>
          </>
        )}
      </footer>
    </>
  );
}

type RowProps = { counter: Counter; token: Token; entry: Entry; zone: string | undefined; now: Date };
type ActProps = RowProps & { onConfirm: (entry: Entry) => void };

function Waiting({ counter, token, entry, zone, now, onConfirm }: ActProps) {
  const { button, trouble } = useUndo(counter, token, entry, now);
  const soon = Date.parse(entry.goodUntil) - now.getTime() < SOON_OVER;
  const why = entry.refusal && (t.refusals[entry.refusal.code]?.how ?? entry.refusal.message);
  const note = trouble ?? why ?? (soon ? t.queue.until(dayOf(entry.goodUntil, zone)) : null);
  return (
    <li>
      <When entry={entry} zone={zone} now={now} />
      <span>
        <span className="clip">{entry.label}</span>
        {note && <small>{note}</small>}
        {entry.state === "sending" && <small>{t.queue.sending}</small>}
      </span>
      {entry.refusal?.code === "card_pending" ? (
        <button type="button" className="btn soft" onClick={() => onConfirm(entry)}>
          {t.queue.confirm}
        </button>
      ) : (
        button || <span className="num">+{entry.stamps}</span>
      )}
    </li>
  );
}

function Refused({ counter, entry, zone, now }: RowProps) {
  const code = entry.refusal?.code ?? "other";
  const told = t.refusals[code];
  return (
    <li>
      <When entry={entry} zone={zone} now={now} />
      <span>
        <span className="clip">{entry.label}</span>
        <small>
          {told && `${told.title}. `}
          {told?.how ?? entry.refusal?.message}
        </small>
      </span>
      <button type="button" className="btn soft" onClick={() => void counter.queue.see(entry.id)}>
        {t.queue.seen}
      </button>
    </li>
  );
}

function Over({ counter, token, entry, zone, now }: RowProps) {
  const { button, trouble } = useUndo(counter, token, entry, now);
  const name = entry.answer?.customer_name ?? entry.label;
  return (
    <li className={entry.state === "undone" ? "undone" : ""}>
      <When entry={entry} zone={zone} now={now} />
      <span>
        <span className="clip">{name}</span>
        {trouble && <small>{trouble}</small>}
      </span>
      {button || (
        <span className="num">
          {entry.state === "undone"
            ? t.queue.undone
            : entry.answer && t.queue.progress(entry.answer.balance, entry.answer.of)}
        </span>
      )}
    </li>
  );
}

/** The time of a stamp; of another day, the day. */
function When({ entry, zone, now }: { entry: Entry; zone: string | undefined; now: Date }) {
  const today = dayOf(entry.at, zone) === dayOf(now, zone);
  return <time dateTime={entry.at}>{today ? clockTime(entry.at, zone) : dayOf(entry.at, zone)}</time>;
}

function Nothing() {
  return (
    <div className="nothing">
      <svg className="mark" viewBox="0 0 100 100" aria-hidden="true">
        <path fillRule="evenodd" d={RING} />
      </svg>
      <h2>{t.queue.empty}</h2>
      <p>{t.queue.emptyHow}</p>
    </div>
  );
}
