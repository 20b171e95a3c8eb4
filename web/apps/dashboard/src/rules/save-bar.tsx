import { Button } from "@sello/ui/button";
import { tell } from "@sello/ui/state";

import { useTexts } from "../texts";
import { texts } from "./texts";

type SaveBarProps = {
  label: string;
  changed: boolean;
  busy: boolean;
  error: unknown;
  onDiscard: (() => void) | undefined;
};

/** Save or discard; what the API said no with stands over it. */
export function SaveBar({ label, changed, busy, error, onDiscard }: SaveBarProps) {
  const t = useTexts(texts);
  const told = error ? tell(error) : undefined;
  return (
    <div className="grid gap-2">
      {told ? (
        <p role="alert" className="text-12 text-refuse">
          {told.message} {told.reference}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button type="submit" variant="main" className="flex-1" disabled={!changed} busy={changed && busy}>
          {label}
        </Button>
        {onDiscard ? <Button onClick={onDiscard}>{t.discard}</Button> : null}
      </div>
    </div>
  );
}
