import type { operations } from "@sello/api";

type Query = NonNullable<
  operations["get_directory_api_v1_businesses__business_id__directory_get"]["parameters"]["query"]
>;
export type Group = NonNullable<Query["group"]>;
export type Order = NonNullable<Query["order"]>;
export type Filters = { text: string; group: Group; marketing: boolean | null; order: Order };

export const GROUPS: readonly Group[] = [
  "all",
  "active",
  "new",
  "ready",
  "at_risk",
  "lost",
  "once",
  "birthday",
  "pending",
];
const ORDERS: readonly Order[] = ["visit", "name", "newest"];

// What stands in the address, in the words of the people who read it.
const NAMES: Readonly<Record<Group, string>> = {
  all: "",
  active: "al-dia",
  new: "nuevos",
  ready: "premio",
  at_risk: "riesgo",
  lost: "perdidos",
  once: "una-visita",
  birthday: "cumple",
  pending: "por-confirmar",
};
const ORDER_NAMES: Readonly<Record<Order, string>> = { visit: "", name: "nombre", newest: "nuevos" };
const MOST_LETTERS = 80;

/** The filters that an address names; what it does not know is left out. */
export function filtersOf(params: URLSearchParams): Filters {
  const group = params.get("grupo") ?? "";
  const order = params.get("orden") ?? "";
  const takes = params.get("mensajes");
  return {
    text: (params.get("q") ?? "").slice(0, MOST_LETTERS),
    group: GROUPS.find((each) => NAMES[each] === group) ?? "all",
    marketing: takes === "si" ? true : takes === "no" ? false : null,
    order: ORDERS.find((each) => ORDER_NAMES[each] === order) ?? "visit",
  };
}

/** The same as an address; what is as usual is not written. */
export function addressOf({ text, group, marketing, order }: Filters): URLSearchParams {
  const params = new URLSearchParams();
  if (text.trim() !== "") params.set("q", text);
  if (group !== "all") params.set("grupo", NAMES[group]);
  if (marketing !== null) params.set("mensajes", marketing ? "si" : "no");
  if (order !== "visit") params.set("orden", ORDER_NAMES[order]);
  return params;
}

const ONLY_DIGITS = /^[0-9\s+().-]+$/;

/** What can be asked for: 2 digits or 2 letters at least, 6 words at most; else nothing is searched yet. */
export function searchOf(text: string): string | undefined {
  const said = text.trim().slice(0, MOST_LETTERS);
  if (ONLY_DIGITS.test(said)) {
    const digits = said.replace(/\D/g, "");
    if (digits.length < 2) return undefined;
    if (digits.length <= 9) return digits;
    return /^(00)?51\d{9}$/.test(digits) ? digits.slice(-9) : digits.slice(0, 9);
  }
  const words = said.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.join("").length < 2 ? undefined : words.slice(0, 6).join(" ");
}

/** What the API is asked for. */
export function queryOf(filters: Filters) {
  const q = searchOf(filters.text);
  return {
    group: filters.group,
    order: filters.order,
    ...(q === undefined ? {} : { q }),
    ...(filters.marketing === null ? {} : { marketing: filters.marketing }),
  };
}

/** What somebody who was not found is called, or their phone: it is not typed twice. */
export function newcomerOf(text: string): { name: string; phone: string } {
  const said = text.trim();
  if (said === "" || !ONLY_DIGITS.test(said)) return { name: said, phone: "" };
  const digits = said.replace(/\D/g, "").replace(/^(00)?51(?=9\d{8}$)/, "");
  return { name: "", phone: digits };
}

/** Whether something narrows the list down. */
export function isNarrowed({ text, group, marketing }: Filters): boolean {
  return searchOf(text) !== undefined || group !== "all" || marketing !== null;
}
