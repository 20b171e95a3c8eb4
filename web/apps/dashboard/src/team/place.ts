import type { Body } from "@sello/api";

type Place = Body<"BranchPlace">;

const DEGREES = /^(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/;

/** The place that a text names as maps copy it, null for an empty text, undefined for what is no place. */
export function placeIn(text: string): Place | null | undefined {
  const typed = text.trim().replace(/^\(|\)$/g, "");
  if (typed === "") return null;
  const found = DEGREES.exec(typed);
  if (!found) return undefined;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

/** The same as a text. */
export function placeAsText(place: Place | null | undefined): string {
  return place ? `${place.latitude}, ${place.longitude}` : "";
}
