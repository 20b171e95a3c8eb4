/** Where this till stands: shop, branch, zone and the shop's rules, kept for when there is no signal. */
import type { Body } from "@sello/api";
import { api, bearer, said } from "../api";
import type { Till } from "../contracts";
import { kept, type Watched } from "../watched";
import type { Staff } from "./staff";

/** What the counter needs of the rules: the rewards' steps, the most stamps a purchase gives, and its minimum. */
export type Rules = { steps: Body<"RulesInForce">["steps"]; most: number; minimum: number | null };
export type Place = { shop: string; till: string; branch: string | null; zone: string; rules: Rules | null };

const KEY = "sello-place";
const state = kept<Place | null>(read());

/** What is known of the place; null before the till was enrolled and asked. */
export const place: Watched<Place | null> = state;

/** Ask where this till stands; throws as `said` does. */
export async function learnPlace(till: Till): Promise<void> {
  const headers = bearer(await till.token());
  const current = await said(api.GET("/api/v1/devices/current", { headers }));
  keep({
    shop: current.shop_name,
    till: current.name,
    branch: current.branch_name,
    zone: current.shop_zone,
    rules: state.read()?.rules ?? null,
  });
}

/** Ask for the rules in force, for whoever stands there; throws as `said` does. */
export async function learnRules(staff: Staff): Promise<void> {
  const headers = bearer(await staff.token());
  const rules = await said(api.GET("/api/v1/reward-rules", { headers }));
  const known = state.read();
  const { steps, most_per_purchase: most = 1, minimum_spend_centimos: minimum = null } = rules;
  if (known) keep({ ...known, rules: { steps, most, minimum } });
}

/** Forget it, with the till. */
export function forgetPlace(): void {
  localStorage.removeItem(KEY);
  state.write(null);
}

function keep(next: Place): void {
  if (JSON.stringify(next) === JSON.stringify(state.read())) return;
  localStorage.setItem(KEY, JSON.stringify(next));
  state.write(next);
}

function read(): Place | null {
  try {
    const text = localStorage.getItem(KEY);
    return text ? (JSON.parse(text) as Place) : null;
  } catch {
    return null;
  }
}
