import type { Body } from "@sello/api";

type Hour = Body<"HourAnswer">;
export type Column = Hour & { dots: number; rewardDots: number; state: "past" | "now" | "later" };
export type Plot = { columns: Column[]; rows: number; perDot: number };

const LEAST = 10; // columns: fewer would look like a mistake
const MANY = 15; // visits in an hour from which on a dot stands for five

/** The day as columns of dots, with the present hour among them; empty hours fill it up on both sides. */
export function plotOf(hours: readonly Hour[], now: number): Plot {
  const known = hours.map(({ hour }) => hour);
  let first = Math.min(now, ...known);
  let last = Math.max(now, ...known);
  while (last - first + 1 < LEAST) {
    if (last < 23) last++;
    if (last - first + 1 < LEAST && first > 0) first--;
  }
  const most = Math.max(0, ...hours.map(({ visits, usual }) => Math.max(visits, usual ?? 0)));
  const perDot = most >= MANY ? 5 : 1;
  const columns = Array.from({ length: last - first + 1 }, (_, index): Column => {
    const hour = first + index;
    const found = hours.find((each) => each.hour === hour) ?? { hour, visits: 0, with_reward: 0, usual: null };
    const dots = Math.ceil(found.visits / perDot);
    return {
      ...found,
      dots,
      rewardDots: Math.min(dots, Math.round(found.with_reward / perDot)),
      state: hour === now ? "now" : hour < now ? "past" : "later",
    };
  });
  return { columns, rows: Math.max(5, Math.ceil(most / perDot)), perDot };
}
