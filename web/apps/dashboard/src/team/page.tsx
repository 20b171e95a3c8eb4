import { Page, Split, Stack } from "@sello/ui/page";

import { useTexts } from "../texts";
import { Branches } from "./branches";
import { Invitations } from "./invitations";
import { People } from "./people";
import { texts } from "./texts";
import { Tills } from "./tills";

/** Who works at the shop, with which tills and in which branches. */
export function TeamPage() {
  const t = useTexts(texts);
  return (
    <Page title={t.title} lead={t.lead}>
      <Stack>
        <People />
        <Invitations />
        <Split>
          <Tills />
          <Branches />
        </Split>
      </Stack>
    </Page>
  );
}
