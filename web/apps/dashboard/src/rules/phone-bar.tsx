import { Picture, pictureOf } from "@sello/card";
import { cx } from "@sello/ui/cx";
import type { ReactNode } from "react";

import { coloursOf, type Look } from "../card/shop-card";

type PhoneBarProps = { look: Look; of: number; steps: readonly { at: number; title: string }[]; children: ReactNode };

const MOST = 20; // places that are still to be told apart on a narrow phone

/** On a phone the card stays in view as one row of places, over what saves it. */
export function PhoneBar({ look, of, steps, children }: PhoneBarProps) {
  const gifts = new Map(steps.map((step) => [step.at, step.title]));
  const shown = Array.from({ length: of }, (_, index) => index + 1).filter((at) => of <= MOST || gifts.has(at));
  return (
    <div className="sticky bottom-[calc(var(--bar)+env(safe-area-inset-bottom))] z-20 -mx-4 mt-8 grid gap-3 border-t border-line bg-paper px-4 py-3 sm:-mx-8 sm:px-8 lg:hidden">
      <div
        aria-hidden="true"
        style={coloursOf(look)}
        className="flex items-center gap-1 rounded-s bg-shop-light px-2 py-1.5 text-shop-dark"
      >
        {shown.map((at) => {
          const gift = gifts.get(at);
          return (
            <span
              key={at}
              className={cx(
                "grid aspect-square min-w-0 flex-1 place-items-center rounded-[50%] border border-current max-sm:max-w-9 sm:max-w-7",
                gift === undefined && "opacity-60",
              )}
            >
              {gift === undefined ? null : (
                <svg viewBox="0 0 100 100" className="size-[80%] fill-current">
                  <Picture name={pictureOf(gift)} />
                </svg>
              )}
            </span>
          );
        })}
        <b className="ml-1 shrink-0">{of}</b>
      </div>
      {children}
    </div>
  );
}
