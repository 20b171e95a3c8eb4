import { Sheet } from "@sello/ui/dialog";
import { cx } from "@sello/ui/cx";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { NavLink } from "react-router";

import { useToReview } from "../live/use-to-review";
import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { placesFor, type Place } from "./places";
import { texts } from "./texts";
import { WhoActs } from "./who";

const ITEM =
  "relative flex w-full items-center gap-3 rounded-s px-2 font-medium text-muted no-underline hover:bg-hover hover:text-ink " +
  "aria-[current=page]:font-[650] aria-[current=page]:text-ink aria-[current=page]:[&_svg]:text-accent " +
  "sm:min-h-9 sm:max-lg:min-h-11 sm:max-lg:justify-center " +
  "max-sm:h-14 max-sm:flex-col max-sm:justify-center max-sm:gap-0 max-sm:px-0 max-sm:text-12";

/** The way to the places of this person. On a phone four stand at the bottom, the others behind "Más". */
export function Nav() {
  const t = useTexts(texts);
  const places = placesFor(useSession().role);
  const [open, setOpen] = useState(false);
  return (
    <nav
      aria-label={t.main}

      className="max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-30 max-sm:border-t max-sm:border-line max-sm:bg-surface max-sm:pb-[env(safe-area-inset-bottom)] sm:mt-4"
    >
      <ul className="grid max-sm:auto-cols-fr max-sm:grid-flow-col">
        {places.map((place) => (
          <li key={place.path} className={cx(!place.bar && "max-sm:hidden")}>
            <PlaceLink place={place} />
          </li>
        ))}
        <li className="sm:hidden">
          <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)} className={ITEM}>
            <Ellipsis className="size-5" aria-hidden="true" />
            {t.more}
          </button>
        </li>
      </ul>
      <Sheet open={open} onOpenChange={setOpen} title={t.more}>
        <ul className="-my-2 divide-y divide-line" onClick={() => setOpen(false)}>
          {places
            .filter((place) => !place.bar)
            .map(({ path, name, icon: Icon }) => (
              <li key={path}>
                <NavLink to={path} className="flex min-h-13 items-center gap-3 text-16 no-underline">
                  <Icon className="size-5" aria-hidden="true" />
                  {t.places[name]}
                </NavLink>
              </li>
            ))}
          <WhoActs />
        </ul>
      </Sheet>
    </nav>
  );
}

function PlaceLink({ place: { path, name, icon: Icon } }: { place: Place }) {
  const t = useTexts(texts);
  return (
    <NavLink to={path} end={path === "/app"} className={ITEM} title={t.places[name]}>
      <Icon className="size-5 shrink-0" strokeWidth={1.75} aria-hidden="true" />
      <span className="sm:max-lg:sr-only">{t.places[name]}</span>
      {name === "notices" ? <ToReview /> : null}
    </NavLink>
  );
}

/** How many notices nobody has looked at yet. */
function ToReview() {
  const t = useTexts(texts);
  const { odd, campaigns } = useToReview();
  const count = odd + campaigns;
  if (count === 0) return null;
  return (
    <span className="ml-auto min-w-5 rounded-[10px] bg-accent px-1 text-center text-12 leading-5 font-[650] text-on-accent max-lg:absolute max-lg:top-1 max-lg:right-1 max-sm:right-1/2 max-sm:translate-x-6">
      <span aria-hidden="true">{count >= 100 ? "99+" : count}</span>
      <span className="sr-only">{t.toReview(count)}</span>
    </span>
  );
}
