import { CircleAlert, CircleCheck, Clock, Info } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "./cx";

const TONES = {
  plain: { look: "bg-sunken", Icon: Info },
  ok: { look: "bg-ok-soft", Icon: CircleCheck },
  wait: { look: "bg-wait-soft", Icon: Clock },
  bad: { look: "bg-refuse-soft", Icon: CircleAlert },
};

type NoteProps = { tone?: keyof typeof TONES; children: ReactNode; className?: string; role?: "alert" | "status" };

/** Something to know beside what one does. `bad` is said at once to whoever listens. */
export function Note({ tone = "plain", children, className, role }: NoteProps) {
  const { look, Icon } = TONES[tone];
  return (
    <div
      role={role ?? (tone === "bad" ? "alert" : undefined)}
      className={cx("grid grid-cols-[1.25rem_minmax(0,1fr)] gap-3 rounded-s p-3 [&_p+p]:mt-1", look, className)}
    >
      <Icon className="size-5" aria-hidden="true" />
      <div className="wrap-anywhere">{children}</div>
    </div>
  );
}
