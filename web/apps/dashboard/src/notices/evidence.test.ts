import type { Body } from "@sello/api";
import { expect, test } from "vitest";

import { concerned, positions, reasons, summary } from "./evidence";

const stamp = (minute: number, changes: Partial<Body<"FraudStamp">> = {}): Body<"FraudStamp"> => ({
  id: String(minute),
  card_id: "c",
  customer_id: "1",
  customer: "Milagros",
  device: null,
  count: 1,
  occurred_at: new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString(),
  recorded_at: "2026-11-23T13:00:00Z",
  reason: null,
  flags: [],
  voided: false,
  ...changes,
});

test("who is concerned, most stamps first", () => {
  const stamps = [stamp(0, { customer_id: "2", customer: null }), stamp(1), stamp(2, { voided: true })];
  expect(concerned(stamps)).toEqual([
    { customerId: "1", name: "Milagros", stamps: 2, voided: 1 },
    { customerId: "2", name: null, stamps: 1, voided: 0 },
  ]);
});

test("each stamp has its place between the first and the last", () => {
  expect(positions([stamp(0), stamp(15), stamp(60)])).toEqual([0, 0.25, 1]);
  expect(positions([stamp(5)])).toEqual([0.5]);
  expect(positions([])).toEqual([]);
});

test("what staff wrote is said once", () => {
  expect(reasons([stamp(0, { reason: "pedido" }), stamp(1, { reason: "pedido" }), stamp(2)])).toEqual(["pedido"]);
});

test("what became of a batch", () => {
  const refusal = { code: "void_reward_used", message: "El premio ya se entregó.", permanent: true, details: {} };
  const outcome = (refused: boolean): Body<"VoidOutcome"> => ({
    stamp_id: "1",
    outcome: refused ? "refused" : "voided",
    void: null,
    refusal: refused ? refusal : null,
  });
  expect(summary([outcome(false), outcome(true), outcome(true)])).toEqual({
    voided: 1,
    refused: [["El premio ya se entregó.", 2]],
  });
});
