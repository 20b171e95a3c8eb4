import { KeysSection } from "../keys/section";
import { NextStep } from "../onboarding/next-step";
import { useTick } from "../onboarding/use-steps";
import { PosterPage } from "../poster/page";
import { RulesPage } from "../rules/page";
import { SettingsPage } from "../settings/page";

/** Places that are first steps too: over each stands how far a new shop is, and where it goes on. */
export function RulesPlace() {
  return (
    <>
      <NextStep here="rules" />
      <RulesPage />
    </>
  );
}

export function SettingsPlace() {
  return (
    <>
      <NextStep here="look" />
      <SettingsPage more={<KeysSection />} />
    </>
  );
}

export function PosterPlace() {
  const { tick } = useTick();
  return (
    <>
      <NextStep here="poster" />
      <PosterPage onTaken={() => tick("poster")} />
    </>
  );
}
