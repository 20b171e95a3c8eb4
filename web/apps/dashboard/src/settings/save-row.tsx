import { Button } from "@sello/ui/button";

import { useTexts } from "../texts";
import { texts } from "./texts";

type SaveRowProps = { changed: boolean; busy: boolean; wrong?: string | undefined; onDiscard: () => void };

/** The one save of a section; there is nothing to press until something was changed. */
export function SaveRow({ changed, busy, wrong, onDiscard }: SaveRowProps) {
  const t = useTexts(texts);
  return (
    <div className="grid gap-2">
      {wrong ? (
        <p role="alert" className="text-12 text-refuse">
          {wrong}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={!changed} busy={busy}>
          {t.save}
        </Button>
        {changed ? (
          <Button variant="quiet" onClick={onDiscard}>
            {t.discard}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
