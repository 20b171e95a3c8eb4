import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { useState } from "react";

import { useTexts } from "../texts";
import { OwnPinDialog } from "./own-pin";
import { pinTexts } from "./pin-texts";
import { useSession } from "./use-session";

/** The PIN of whoever works at a shop; the platform's admin has none. */
export function PinSection() {
  const t = useTexts(pinTexts);
  const { business } = useSession();
  const [open, setOpen] = useState(false);
  if (!business) return null;
  return (
    <Section title={t.title} actions={<Button onClick={() => setOpen(true)}>{t.open}</Button>}>
      <p className="text-muted">{t.lead}</p>
      {open ? <OwnPinDialog onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}
