import { Card, type PictureName, type Step } from "@sello/card";
import { cx } from "@sello/ui/cx";
import type { CSSProperties } from "react";

import { useTexts } from "../texts";
import { inkOn } from "./colours";
import { texts } from "./texts";

/** How a shop looks on its card. */
export type Look = { name: string; logo: string | null; picture: PictureName; light: string; dark: string };

type ShopCardProps = { look: Look; of: number; steps: readonly Step[]; balance?: number; className?: string };

/** The shop's card as its customers hold it, in the shop's colours, with some stamps on it. */
export function ShopCard({ look, of, steps, balance, className }: ShopCardProps) {
  const t = useTexts(texts);
  const stamped = balance ?? Math.max(1, Math.floor(of * 0.6));
  return (
    <div className={cx("w-full max-w-[21.5rem] text-left", className)} style={coloursOf(look)}>
      <Card
        shop={look.name}
        logo={look.logo}
        picture={look.picture}
        holder={t.holder}
        balance={stamped}
        of={of}
        steps={steps}
        label={t.label(stamped, of)}
        name={t.name(look.name)}
      />
    </div>
  );
}

/** The shop's colours, for everything below. */
export function coloursOf({ light, dark }: Pick<Look, "light" | "dark">): CSSProperties {
  return {
    "--shop-light": light,
    "--shop-dark": dark,
    "--on-shop-light": inkOn(light, dark),
    "--on-shop-dark": inkOn(dark, light),
  };
}

/** Nothing to show yet: a card of ten places. */
export const BLANK_CARD = { of: 10, steps: [] as readonly Step[] };
