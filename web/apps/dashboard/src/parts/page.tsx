import { Page } from "@sello/ui/page";

import { Controls } from "./controls";
import { Lists } from "./lists";
import { Overlays } from "./overlays";
import { States } from "./states";

/** Every part in every state, for whoever writes pages; what it says is a sample and in no catalogue. */
export function PartsPage() {
  return (
    <main className="mx-auto max-w-280 px-4 py-8 sm:px-8">
      <Page
        title="Las partes"
        lead="Todo lo que @sello/ui tiene, en cada estado. Míralo angosto, ancho, claro y oscuro."
      >
        <div className="grid gap-8">
          <Controls />
          <Lists />
          <States />
          <Overlays />
        </div>
      </Page>
    </main>
  );
}
