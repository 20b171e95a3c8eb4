import { Section } from "@sello/ui/page";
import type { ReactNode } from "react";

type PartProps = { id: string; title: string; lead?: string; children: ReactNode };

/** A part of the settings that an address can lead to. */
export function Part({ id, title, lead, children }: PartProps) {
  return (
    <div id={id} className="scroll-mt-6">
      <Section title={title}>
        {lead ? <p className="-mt-2 mb-4 max-w-[60ch] text-muted">{lead}</p> : null}
        {children}
      </Section>
    </div>
  );
}
