import { Button } from "@sello/ui/button";
import { Note } from "@sello/ui/note";
import { toast } from "@sello/ui/toast";

import { useAct, useTellError } from "../act";
import { $api, api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

const LOOK_EVERY = 60_000;
const WORTH_SAYING = 5;

/** Wrong PINs that lock all tills of the shop, or soon will; nothing while there are few. */
export function PinTries({ onSignIns }: { onSignIns: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const tries = $api.useQuery("get", "/api/v1/pin-tries", {}, { refetchInterval: LOOK_EVERY });
  const forgive = useAct(() => api.DELETE("/api/v1/pin-tries"), ["/api/v1/pin-tries"]);
  if (!tries.data || tries.data.tries < WORTH_SAYING) return null;
  const { tries: count, most, locked_until: until } = tries.data;
  return (
    <Note tone={until ? "bad" : "wait"} className="mb-4">
      {until ? (
        <>
          <p>
            <b>{t.tries.locked(format.time(until))}</b>
          </p>
          <p>{t.tries.lockedText(count)}</p>
        </>
      ) : (
        <p>{t.tries.some(count, most)}</p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button
          busy={forgive.isPending}
          onClick={() =>
            forgive.mutate(undefined, { onSuccess: () => toast({ text: t.tries.forgiven }), onError: tellError })
          }
        >
          {t.tries.forgive}
        </Button>
        <Button variant="quiet" onClick={onSignIns}>
          {t.tries.seeSignIns}
        </Button>
      </div>
    </Note>
  );
}
