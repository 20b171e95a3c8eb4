import { Button, LinkButton } from "@sello/ui/button";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFile } from "./use-file";
import { texts } from "./words/list";

/** What can be done with those that were picked. */
export function PickedBar({ picked, onClear }: { picked: ReadonlySet<string>; onClear: () => void }) {
  const t = useTexts(texts);
  const file = useFile();
  if (picked.size === 0) return null;
  return (
    <section
      aria-label={t.picked(picked.size)}
      className="sticky bottom-[calc(1rem+var(--bar,0px))] z-10 mt-4 flex flex-wrap items-center gap-3 rounded-m border border-line bg-surface py-2 pr-2 pl-4 shadow-object"
    >
      <b className="mr-auto" role="status">
        {t.picked(picked.size)}
      </b>
      <Button variant="quiet" onClick={onClear}>
        {t.unpick}
      </Button>
      <LinkButton asChild>
        <Link to="/app/campanas/nueva" state={{ customers: [...picked] }}>
          {t.write}
        </Link>
      </LinkButton>
      <Button busy={file.busy} onClick={() => file.savePicked([...picked])}>
        {t.pickedFile(picked.size)}
      </Button>
    </section>
  );
}
