/** What the counter asks of the API, for whoever stands there. All throw `Refusal` or `NoAnswer`. */
import type { Body } from "@sello/api";
import { api, bearer, said } from "../api";
import { type Counter, type Known, NoAnswer } from "../contracts";
import { newId } from "../parts/ids";

/** The access token of whoever stands at the till. */
export type Token = () => Promise<string>;

export type Scanned = Body<"ScanAnswer">;
export type Ready = { id: string; title: string; goodUntil: string | null };
export type Held = Body<"ReservationAnswer">;

/** The card behind a code. */
export async function scan(token: Token, code: string): Promise<Scanned> {
  const headers = bearer(await token());
  return said(api.GET("/api/v1/scans/{code}", { params: { path: { code } }, headers }));
}

/** Rewards of a card that can be handed over now. */
export async function readyRewards(token: Token, cardId: string): Promise<Ready[]> {
  const headers = bearer(await token());
  const found = await said(
    api.GET("/api/v1/cards/{card_id}/rewards", { params: { path: { card_id: cardId } }, headers }),
  );
  return found.rewards
    .filter((reward) => reward.state === "ready")
    .map((reward) => ({ id: reward.id, title: reward.title, goodUntil: reward.good_until }));
}

/** Confirm a new card by the last digits its holder says. */
export async function confirmCard(
  token: Token,
  cardId: string,
  lastThree: string,
): Promise<Body<"ConfirmationAnswer">> {
  const headers = bearer(await token());
  const params = { path: { card_id: cardId } };
  return said(api.POST("/api/v1/cards/{card_id}/confirmation", { params, headers, body: { last_three: lastThree } }));
}

/** Hold a reward for 90 seconds. The same `id` again, after a lost answer, holds it once. */
export async function hold(token: Token, rewardId: string, id: string): Promise<Held> {
  const headers = bearer(await token());
  const params = { path: { reward_id: rewardId } };
  return said(api.POST("/api/v1/rewards/{reward_id}/redemptions", { params, headers, body: { id } }));
}

/** It is in the customer's hands. */
export async function handOver(token: Token, redemptionId: string): Promise<void> {
  const headers = bearer(await token());
  const params = { path: { redemption_id: redemptionId } };
  await said(api.PUT("/api/v1/redemptions/{redemption_id}/confirmation", { params, headers }));
}

/** Not now. */
export async function letGo(token: Token, redemptionId: string): Promise<void> {
  const headers = bearer(await token());
  const params = { path: { redemption_id: redemptionId } };
  await said(api.DELETE("/api/v1/redemptions/{redemption_id}/reservation", { params, headers }));
}

/** It was not handed over after all. */
export async function takeBack(token: Token, redemptionId: string, now: Date): Promise<void> {
  const headers = bearer(await token());
  const params = { path: { redemption_id: redemptionId } };
  await said(api.POST("/api/v1/redemptions/{redemption_id}/void", { params, headers, body: { id: newId(now) } }));
}

/** Take a stamp back: here when it never left, else at the server. `NoAnswer`: nobody knows whether it arrived. */
export async function undo(counter: Counter, token: Token, id: string): Promise<void> {
  if (await counter.queue.withdraw(id)) return;
  const entry = await counter.queue.settled(id, 4000);
  if (entry.state === "refused" || entry.state === "undone") return;
  if (entry.state !== "done") throw new NoAnswer();
  const headers = bearer(await token());
  const params = { path: { stamp_id: id } };
  await said(
    api.POST("/api/v1/stamps/{stamp_id}/void", { params, headers, body: { id: newId(counter.signal.now()) } }),
  );
  await counter.queue.undone(id);
}

/** Customers by last digits or name: the server's, else those this machine knows (`here`). */
export async function findCustomers(
  counter: Counter,
  token: Token,
  text: string,
): Promise<{ found: Known[]; here: boolean }> {
  if (counter.signal.online.read()) {
    try {
      const headers = bearer(await token());
      const { customers } = await said(
        api.GET("/api/v1/customers", { params: { query: { q: text, limit: 12 } }, headers }),
      );
      return { found: customers.map(known), here: false };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return { found: await counter.roster.search(text), here: true };
}

function known(customer: Body<"CustomerForStaff">): Known {
  return {
    customerId: customer.id,
    cardId: customer.card_id,
    firstName: customer.first_name,
    lastThree: customer.last_three,
    balance: customer.balance,
    of: customer.of,
  };
}
