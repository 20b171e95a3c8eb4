import { LinkButton } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { texts } from "./texts";

/** The way from the settings to the keys. */
export function KeysSection() {
  const t = useTexts(texts);
  return (
    <Section
      title={t.title}
      actions={
        <LinkButton asChild>
          <Link to="/app/ajustes/llaves">{t.see}</Link>
        </LinkButton>
      }
    >
      <p className="max-w-[68ch] text-muted">{t.lead}</p>
    </Section>
  );
}
