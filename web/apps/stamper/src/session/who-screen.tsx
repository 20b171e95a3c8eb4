import { PRESSINGS } from "@sello/card";
import { useEffect, useState } from "react";
import { type Counter, NoAnswer, Refusal, type StaffSeen } from "../contracts";
import { Keypad } from "../parts/keypad";
import { clockTime, textsOf } from "../parts/language";
import { readyToSound, sound } from "../parts/tones";
import { useWatched } from "../watched";
import { place } from "./place";
import type { Staff } from "./staff";
import { texts } from "./texts";

const t = textsOf(texts).who;
const LEAST = 4;
const MOST = 6;

type WhoProps = { counter: Counter; staff: Staff; onIn: () => void; onClose: () => void };

/** Who stamps: a tap on a name, the PIN, ready. */
export function WhoScreen({ counter, staff, onIn, onClose }: WhoProps) {
  const { person, ended } = useWatched(staff.standing);
  const where = useWatched(place);
  const online = useWatched(counter.signal.online);
  const { members, look } = useMembers(counter, online);
  const [chosen, setChosen] = useState<StaffSeen | null>(person);
  const [pin, setPin] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const choose = (member: StaffSeen) => {
    readyToSound();
    setChosen(member);
    setPin("");
    setTrouble(null);
  };
  const enter = async () => {
    if (!chosen || busy) return;
    if (pin.length < LEAST) return setTrouble(t.short);
    setBusy(true);
    try {
      await staff.signIn(chosen, pin);
      onIn();
    } catch (error) {
      sound("no");
      setTrouble(sentence(error));
    }
    setPin("");
    setBusy(false);
  };
  const type = (digit: string) => {
    readyToSound();
    setTrouble(null);
    setPin((typed) => (typed.length < MOST ? typed + digit : typed));
  };
  return (
    <>
      <div className="who">
        <div>
          {where && <p className="where">{where.shop}</p>}
          <h1>{t.title}</h1>
          {where && <p className="muted">{t.here(where.till, where.branch)}</p>}
        </div>
        {members?.length === 0 ? (
          <Nobody online={online} onLook={look} />
        ) : (
          <People members={members} chosen={chosen} since={person} zone={where?.zone} onChoose={choose} />
        )}
        {chosen && <Pips name={chosen.name} typed={pin.length} />}
        <p className="trouble" role="alert">
          {trouble ?? (ended === null ? null : ended === "membership_ended" ? t.dismissed : t.over)}
        </p>
      </div>
      <footer className="dock">
        {chosen ? (
          <Keypad
            onDigit={type}
            onErase={() => setPin((typed) => typed.slice(0, -1))}
            onEnter={() => void enter()}
            disabled={busy}
            corner={
              <button type="button" className="word-key enter" disabled={busy} onClick={() => void enter()}>
                {t.enter}
              </button>
            }
          />
        ) : null}
        <div className="small-links">
          {chosen && (
            <button type="button" className="link" onClick={() => setTrouble(t.forgotHow)}>
              {t.forgot}
            </button>
          )}
          <button type="button" className="link" onClick={onClose}>
            {t.close}
          </button>
        </div>
      </footer>
    </>
  );
}

type PeopleProps = {
  members: readonly StaffSeen[] | null;
  chosen: StaffSeen | null;
  since: { accountId: string; since: string } | null;
  zone: string | undefined;
  onChoose: (member: StaffSeen) => void;
};

function People({ members, chosen, since, zone, onChoose }: PeopleProps) {
  if (!members) return <div className="people" aria-busy="true" />;
  return (
    <div className="people" role="group" aria-label={t.title}>
      {members.map((member) => (
        <button
          type="button"
          key={member.accountId}
          aria-pressed={member.accountId === chosen?.accountId}
          onClick={() => onChoose(member)}
        >
          <span>{member.name}</span>
          {member.accountId === since?.accountId && <small>{t.since(clockTime(since.since, zone))}</small>}
        </button>
      ))}
    </div>
  );
}

function Nobody({ online, onLook }: { online: boolean; onLook: () => void }) {
  return (
    <div className="nobody">
      {online && <h2>{t.nobody}</h2>}
      <p>{online ? t.nobodyHow : t.notYet}</p>
      <button type="button" className="btn soft" onClick={onLook}>
        {t.again}
      </button>
    </div>
  );
}

function Pips({ name, typed }: { name: string; typed: number }) {
  return (
    <div className="pins">
      <p>{t.pin(name)}</p>
      <div role="status" aria-label={t.typed(typed)}>
        {Array.from({ length: Math.max(LEAST, typed) }, (_, index) =>
          index < typed ? (
            <svg className="in" key={index} viewBox="0 0 100 100" aria-hidden="true">
              <path fillRule="evenodd" d={PRESSINGS[index % PRESSINGS.length]} />
            </svg>
          ) : (
            <i key={index} />
          ),
        )}
      </div>
    </div>
  );
}

function useMembers({ roster }: Counter, online: boolean) {
  const [members, setMembers] = useState<StaffSeen[] | null>(null);
  const [looks, setLooks] = useState(0);
  useEffect(() => {
    let gone = false;
    roster.staff().then(
      (found) => !gone && setMembers(found),
      () => !gone && setMembers([]),
    );
    return () => {
      gone = true;
    };
  }, [roster, looks, online]);
  return { members, look: () => setLooks((count) => count + 1) };
}

function sentence(error: unknown): string {
  if (error instanceof NoAnswer) return t.noSignal;
  if (!(error instanceof Refusal)) return t.trouble;
  if (error.code === "offline_wrong") return t.offlineWrong;
  if (error.code === "offline_locked") return t.offlineLocked;
  return error.message || t.trouble;
}
