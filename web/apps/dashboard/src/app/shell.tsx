import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { Outlet, ScrollRestoration, useLocation } from "react-router";

import { Arriving } from "../session/arriving";
import { SessionProvider } from "../session/provider";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { Offline } from "./offline";
import { PLACES } from "./places";
import { Side } from "./side";
import { texts } from "./texts";
import { useTitle } from "./use-title";

/** What stands round every place: the way to the others at the side, or at the top and bottom of a phone. */
export function Shell() {
  return (
    <SessionProvider>
      <Frame />
    </SessionProvider>
  );
}

/** Whoever listens is told of a new place by its heading: it takes the focus, after a menu that led here gave it back. */
function useArrival(pathname: string): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      const active = document.activeElement;
      const main = document.getElementById("contenido");
      if (!main || main.contains(active) || active?.closest("[role=dialog]")) return;
      if (active instanceof HTMLElement) active.blur(); // a place still on its way takes it when it comes
      main.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }, 50);
    return () => clearTimeout(timer);
  }, [pathname]);
}

function Frame() {
  const t = useTexts(texts);
  const { pathname } = useLocation();
  const place = PLACES.findLast(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  useTitle(place ? t.places[place.name] : t.lost.title);
  useArrival(pathname);
  return (
    <div className="with-bar pb-[calc(var(--bar)+env(safe-area-inset-bottom))] sm:grid sm:min-h-dvh sm:grid-cols-[4rem_minmax(0,1fr)] lg:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#contenido"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-s bg-surface px-4 py-3 font-semibold shadow-object focus:translate-y-0"
      >
        {t.skip}
      </a>
      <Side />
      <main
        id="contenido"
        tabIndex={-1}
        className="w-full max-w-280 px-4 pt-4 pb-10 focus:outline-none sm:px-8 sm:pt-6 sm:pb-16"
      >
        <Offline />
        <Suspense fallback={<Arriving />}>
          <Open>
            <Outlet />
          </Open>
        </Suspense>
      </main>
      <ScrollRestoration />
    </div>
  );
}

const Closed = lazy(async () => ({ default: (await import("../settings/closed")).ClosedShop }));

/** Every place of a closed shop is the one where it can be opened again. */
function Open({ children }: { children: ReactNode }) {
  const { business } = useSession();
  return business?.closed_at ? <Closed /> : children;
}
