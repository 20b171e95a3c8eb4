import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Dialog } from "@sello/ui/dialog";
import { Ring } from "@sello/ui/mark";
import { Empty } from "@sello/ui/state";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { $api, api } from "../api";
import { Refused } from "../refused";
import { useTexts } from "../texts";
import { useCode, type Asked } from "./enrol";
import { Qr } from "./qr";
import { texts } from "./texts";
import { useSecondsLeft } from "./use-seconds-left";

const LOOK_EVERY = 1500;

type Props = { code: Body<"TillCode">; asked: Asked; onAgain: (code: Body<"TillCode">) => void; onClose: () => void };

/** The code as a picture and as letters, until a machine has used it, its time is over, or it is cancelled. */
export function CodeShown({ code, asked, onAgain, onClose }: Props) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const left = useSecondsLeft(code.expires_at);
  const again = useCode();
  const params = { path: { code_id: code.id } };
  const standing = $api.useQuery(
    "get",
    "/api/v1/device-codes/{code_id}",
    { params },
    { refetchInterval: (query) => ((query.state.data?.state ?? "waiting") === "waiting" ? LOOK_EVERY : false) },
  );
  const state = standing.data?.state ?? "waiting";
  const over = state === "over" || (state === "waiting" && left === 0);

  useEffect(() => {
    if (state !== "used") return;
    for (const path of ["/api/v1/devices", "/api/v1/branches"])
      void queries.invalidateQueries({ queryKey: ["get", path] });
  }, [state, queries]);

  const leave = () => {
    onClose();
    // Nobody is told when this fails: the code ends by itself.
    if (state === "waiting" && !over) api.DELETE("/api/v1/device-codes/{code_id}", { params }).catch(() => undefined);
  };
  const title = asked.replaces ? t.enrol.titleOf(asked.name) : t.enrol.title;

  if (state === "used")
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={title}
        actions={
          <Button variant="main" autoFocus onClick={onClose}>
            {t.enrol.finish}
          </Button>
        }
      >
        <div role="status" className="grid justify-items-center gap-2 py-4 text-center">
          <Ring className="mb-2 size-18 text-accent" />
          <h3 className="text-20 wrap-anywhere">{t.enrol.done(asked.name)}</h3>
          <p className="text-muted">{t.enrol.doneText}</p>
        </div>
      </Dialog>
    );
  if (over)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={title}
        actions={
          <>
            <Button onClick={onClose}>{t.close}</Button>
            <Button
              variant="main"
              busy={again.isPending}
              onClick={() => again.mutate(asked, { onSuccess: (made) => onAgain(made) })}
            >
              {t.enrol.another}
            </Button>
          </>
        }
      >
        <div role="status">
          <Empty small level={3} title={t.enrol.over} text={t.enrol.overText} />
        </div>
        <Refused error={again.error} />
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={leave}
      title={title}
      description={t.enrol.scan}
      actions={<Button onClick={leave}>{t.enrol.cancel}</Button>}
    >
      <div className="grid justify-items-center gap-3 text-center">
        <Qr text={code.url} label={t.enrol.qr} className="w-56" />
        <p className="text-muted">{t.enrol.or(shortly(code.url))}</p>
        <p
          className="text-28 font-[650] tracking-[0.08em] select-all"
          aria-label={`${t.enrol.code}: ${spelled(code.code)}`}
        >
          {grouped(code.code)}
        </p>
        <p className="text-muted">{t.enrol.left(clock(left))}</p>
        <p role="status" className="inline-flex items-center gap-2">
          <Ring className="size-4 animate-turn" />
          {t.enrol.waiting}
        </p>
      </div>
    </Dialog>
  );
}

function grouped(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

function spelled(code: string): string {
  return code.split("").join(" ");
}

function shortly(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/#.*$/, "");
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
