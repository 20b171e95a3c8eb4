import { Page } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { useSearchParams } from "react-router";

import { useTexts } from "../texts";
import { Health } from "./health";
import { Jobs } from "./jobs";
import { PassTypes } from "./pass-types";
import { Shops } from "./shops";
import { texts } from "./texts";

const VIEWS = ["shops", "passes", "jobs", "health"] as const;
const ADDRESS = { shops: "", passes: "certificados", jobs: "trabajos", health: "salud" };

/** For whoever runs the platform: its shops, its jobs, its health. */
export function PlatformPage() {
  const t = useTexts(texts);
  const [address, setAddress] = useSearchParams();
  const view = VIEWS.find((one) => ADDRESS[one] === (address.get("ver") ?? "")) ?? "shops";
  return (
    <Page title={t.title} lead={t.leads[view]}>
      <Segments
        label={t.view}
        value={view}
        onChange={(next) => setAddress(ADDRESS[next] ? { ver: ADDRESS[next] } : {})}
        options={VIEWS.map((value) => ({ value, label: t.views[value] }))}
        className="mb-6"
      />
      {view === "shops" ? <Shops /> : view === "passes" ? <PassTypes /> : view === "jobs" ? <Jobs /> : <Health />}
    </Page>
  );
}
