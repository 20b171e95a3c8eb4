import { Button, LinkButton } from "@sello/ui/button";
import { Empty } from "@sello/ui/state";

import { useTexts } from "../texts";
import { texts } from "./texts";

/** A mistake of ours: the rest of the pages goes on. A page that a new release replaced is found by loading anew. */
export function Broken() {
  const t = useTexts(texts).broken;
  return (
    <Empty
      level={1}
      title={t.title}
      text={t.text}
      action={
        <>
          <Button variant="main" onClick={() => location.reload()}>
            {t.again}
          </Button>
          <LinkButton href="/app">{t.home}</LinkButton>
        </>
      }
    />
  );
}
