/** Codes of campaigns at the counter: what somebody has, using one once, taking that back. All throw as `said` does. */
import type { Body } from "@sello/api";
import { api, bearer, said } from "../api";
import type { Token } from "./cards";

export type Discount = Body<"DiscountCodeAnswer">;

/** A customer's codes that are good now: the message may be on a phone that stayed at home. */
export async function usableDiscounts(token: Token, customerId: string): Promise<Discount[]> {
  const headers = bearer(await token());
  const params = { path: { customer_id: customerId } };
  const { codes } = await said(api.GET("/api/v1/customers/{customer_id}/discount-codes", { params, headers }));
  return codes.filter(({ state }) => state === "usable");
}

/** What a code is worth. */
export async function discountOf(token: Token, code: string): Promise<Discount> {
  const headers = bearer(await token());
  return said(
    api.GET("/api/v1/discount-codes/{discount_code}", { params: { path: { discount_code: code } }, headers }),
  );
}

/** Use it. The same `id` again, after a lost answer, uses it once. */
export async function redeemDiscount(token: Token, code: string, id: string): Promise<Discount> {
  const headers = bearer(await token());
  const params = { path: { discount_code: code } };
  return said(api.PUT("/api/v1/discount-codes/{discount_code}/redemption", { params, headers, body: { id } }));
}

/** It was not used after all. */
export async function returnDiscount(token: Token, code: string): Promise<Discount> {
  const headers = bearer(await token());
  const params = { path: { discount_code: code } };
  return said(api.DELETE("/api/v1/discount-codes/{discount_code}/redemption", { params, headers }));
}
