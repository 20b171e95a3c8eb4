import { Page } from "@sello/ui/page";

import { HomePage } from "../home/page";
import { Checklist } from "../onboarding/checklist";
import { NextStep } from "../onboarding/next-step";
import { useSteps } from "../onboarding/use-steps";
import { useSession } from "../session/use-session";

/** Where one arrives: what is left to do first, while there is any of it, and how the shop is. */
export function HomePlace() {
  const { business } = useSession();
  const steps = useSteps();
  const checklist = (
    <Page title={business?.name ?? ""}>
      <Checklist />
    </Page>
  );
  return <HomePage start={steps ? checklist : null} nextStep={<NextStep />} />;
}
