/** The worker that keeps the app on the phone: registered, renewed, and replaced when nobody looks. */
import type { Updates } from "../contracts";
import { kept } from "../watched";

const EVERY = 60 * 60 * 1000; // ms between two looks for a newer app

type InstallOffer = Event & { prompt: () => Promise<{ outcome: "accepted" | "dismissed" }> };

/**
 * A newer app waits until the page is out of sight or somebody asks for it, so nothing changes under a hand. Whatever
 * was stamped is on the disk by then: a page that loads anew reads it there.
 */
export function watchUpdates(): Updates {
  const ready = kept(false);
  const installable = kept(false);
  let offer: InstallOffer | null = null;
  let waiting: ServiceWorker | null = null;
  let replaced = false;
  let asked = false;

  const apply = () => {
    asked = true;
    if (replaced) location.reload();
    else waiting?.postMessage("take over");
  };
  const found = (worker: ServiceWorker | null) => {
    if (!worker || !navigator.serviceWorker.controller) return; // the first one replaces nothing
    waiting = worker;
    ready.write(true);
    if (document.hidden) apply();
  };
  const start = async () => {
    const had = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (!had && !ready.read()) return; // the first worker took its place: this page is of its release
      replaced = true;
      if (document.hidden || asked) location.reload();
      else ready.write(true); // another window asked for it: this one follows when nobody looks
    });
    const registration = await navigator.serviceWorker.register("/web/stamper/sw.js", { scope: "/stamp" });
    found(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") found(worker);
      });
    });
    let looked = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && ready.read()) apply();
      else if (!document.hidden && Date.now() - looked > EVERY) {
        looked = Date.now();
        void registration.update().catch(() => undefined);
      }
    });
  };

  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as InstallOffer;
    installable.write(true);
  });
  addEventListener("appinstalled", () => installable.write(false));
  if ("serviceWorker" in navigator) void start().catch(() => undefined); // a private window works while there is a signal

  return {
    ready,
    apply,
    installable,
    install: async () => {
      if (!offer) return false;
      const { outcome } = await offer.prompt();
      offer = null;
      installable.write(false);
      return outcome === "accepted";
    },
  };
}
