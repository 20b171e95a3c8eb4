import { Page } from "@sello/ui/page";
import { type ReactNode, useEffect } from "react";
import { useLocation } from "react-router";

import { useTexts } from "../texts";
import { AddressSection } from "./address-section";
import { ArchiveSection } from "./archive-section";
import { CloseSection } from "./close-section";
import { IdentitySection } from "./identity-section";
import { LookSection } from "./look-section";
import { ProfileSection } from "./profile-section";
import { texts } from "./texts";

/** Everything about the shop itself, a section and a save each. `more`: sections of other parts of the pages. */
export function SettingsPage({ more }: { more?: ReactNode }) {
  const t = useTexts(texts);
  const { hash } = useLocation();
  useEffect(() => {
    if (hash) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [hash]);
  const parts = [
    ["aspecto", t.look.title],
    ["local", t.profile.title],
    ["direccion", t.address.title],
    ["responsable", t.identity.title],
    ["archivo", t.archive.title],
    ["cerrar", t.close.title],
  ] as const;
  return (
    <Page title={t.title} lead={t.lead}>
      <nav aria-label={t.parts} className="-mt-2 mb-6 flex flex-wrap gap-x-5">
        {parts.map(([id, title]) => (
          <a key={id} href={`#${id}`} className="inline-flex min-h-11 items-center">
            {title}
          </a>
        ))}
      </nav>
      <div className="grid gap-10">
        <LookSection />
        <ProfileSection />
        <AddressSection />
        <IdentitySection />
        {more}
        <ArchiveSection />
        <CloseSection />
      </div>
    </Page>
  );
}
