import type { Business } from "../session/use-session";
import type { Look } from "./shop-card";

/** How the shop looks now. */
export function lookOf(business: Business): Look {
  return {
    name: business.name,
    logo: logoOf(business),
    picture: business.picture,
    light: business.colour_light,
    dark: business.colour_dark,
  };
}

/** The logo at its address on our own origin, wherever files are kept; another logo has another address. */
function logoOf({ slug, logo_url }: Business): string | null {
  if (logo_url === null) return null;
  const named = /logo-([0-9A-Za-z]+)/.exec(logo_url)?.[1] ?? "";
  return `/legal/${slug}/logo?v=${named}`;
}
