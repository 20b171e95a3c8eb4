import type { ReactNode } from "react";
import { BAND } from "./band";

type DialProps = {
  /** How much of the ring is inked, 0 to 100. */
  share?: number;
  /** Cut into as many segments; without, the ring is whole. */
  segments?: number;
  /** Inks round and round. */
  busy?: boolean;
  /** It frames what the camera sees. */
  aim?: boolean;
  children?: ReactNode;
};

/** The ring every answer appears in: same centre, same size, so the eye never moves. Ornament: the words say it too. */
export function Dial({ share = 100, segments, busy = false, aim = false, children }: DialProps) {
  const kind = ["hoop", segments ? "count" : "", busy ? "load" : "", aim ? "aim" : ""].filter(Boolean).join(" ");
  const style = { "--p": share, ...(segments ? { "--segment": `${360 / segments}deg` } : {}) };
  return (
    <div className="dial">
      <span className={kind} style={style} aria-hidden="true">
        <Band className="bed" />
        <Band className="ink" />
      </span>
      {children && <div>{children}</div>}
    </div>
  );
}

function Band({ className }: { className: string }) {
  return (
    <svg className={className} viewBox="0 0 100 100">
      <path fillRule="evenodd" d={BAND} />
    </svg>
  );
}
