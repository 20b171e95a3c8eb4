import { cx } from "@sello/ui/cx";
import { Ring } from "@sello/ui/mark";
import { Search } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { Find } from "./find";
import { Nav } from "./nav";
import { texts } from "./texts";
import { Who } from "./who";

/** The side: shop, places, who one is. On a narrow page a rail of pictures, on a phone a bar at the top. */
export function Side() {
  const t = useTexts(texts);
  const { business } = useSession();
  const [finding, setFinding] = useState(false);
  const name = business?.name ?? t.places.platform;
  return (
    <header
      className={cx(
        "flex border-line bg-paper max-sm:items-center max-sm:gap-2 max-sm:border-b max-sm:px-4 max-sm:py-1.5",
        "sm:sticky sm:top-0 sm:h-dvh sm:flex-col sm:border-r sm:px-3 sm:pt-5 sm:pb-3",
      )}
    >
      <Link
        to="/app"
        className="flex min-h-11 min-w-0 items-center gap-2 rounded-s px-2 text-20 leading-6 font-bold tracking-[-0.03em] no-underline max-sm:px-0 sm:max-lg:justify-center"
      >
        <Ring className="size-6 text-accent" />
        <span className="line-clamp-2 wrap-anywhere sm:max-lg:sr-only">{name}</span>
      </Link>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setFinding(true)}
        className={cx(
          "flex items-center gap-2 rounded-s text-muted hover:text-ink",
          "max-sm:ml-auto max-sm:size-11 max-sm:shrink-0 max-sm:justify-center",
          "sm:mt-4 sm:min-h-9 sm:border sm:border-line sm:bg-surface sm:px-2 sm:hover:border-edge",
          "sm:max-lg:min-h-11 sm:max-lg:justify-center sm:max-lg:px-0",
        )}
      >
        <Search className="size-5 shrink-0" strokeWidth={1.75} aria-hidden="true" />
        <span className="truncate max-lg:sr-only">{t.find}</span>
        <kbd className="ml-auto shrink-0 rounded-xs border border-line bg-paper px-1 text-12 font-medium whitespace-nowrap max-lg:hidden">
          Ctrl K
        </kbd>
      </button>
      <Find open={finding} onOpenChange={setFinding} />
      <Nav />
      <Who />
    </header>
  );
}
