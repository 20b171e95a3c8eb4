import { Page, Section } from "@sello/ui/page";

import { LanguageChoice } from "../session/language-choice";
import { PinSection } from "../session/pin-section";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { PasswordSection } from "./password";
import { SecondFactorSection } from "./second-factor";
import { SessionsSection } from "./sessions";
import { texts } from "./texts";

/** What concerns the person and not the shop. */
export function AccountPage() {
  const t = useTexts(texts);
  const { account } = useSession();
  return (
    <Page title={account.name} lead={account.email} above={t.title}>
      <div className="max-w-160">
        <PasswordSection />
        <PinSection />
        <SecondFactorSection />
        <SessionsSection />
        <Section title={t.language.title} lead={t.language.text}>
          <LanguageChoice />
        </Section>
      </div>
    </Page>
  );
}
