import { Page } from "@sello/ui/page";

import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { texts } from "./texts";

/** What concerns the person and not the shop. */
export function AccountPage() {
  const t = useTexts(texts);
  const { account } = useSession();
  return (
    <Page title={t.title} lead={account.email}>
      <p>{account.name}</p>
    </Page>
  );
}
