import { render } from "preact";
import { CardPage } from "./card-page";
import { type CardDocument, pageData } from "./page";
import "./styles.css";

const root = document.getElementById("root");
if (root) {
  root.textContent = "";
  render(<CardPage page={pageData() as CardDocument} />, root);
}
if ("serviceWorker" in navigator) void keep();

/** Keep this card on the phone, so that it opens without a signal from now on. */
async function keep() {
  try {
    await navigator.serviceWorker.register("/web/enroll/sw.js", { scope: "/c/" });
    const { active } = await navigator.serviceWorker.ready;
    const files = performance
      .getEntriesByType("resource")
      .map((entry) => entry.name)
      .filter((name) => name.startsWith(`${location.origin}/web/enroll/assets/`) || name.includes("/logo?"));
    active?.postMessage({ page: location.pathname, files });
  } catch {
    // a private window: the card works while there is a signal
  }
}
